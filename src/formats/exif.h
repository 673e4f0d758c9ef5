#pragma once
// How a camera was held, as a JPEG says.

#include <string_view>

namespace hourglass {

/// The tag Orientation of a JPEG's Exif segment (Exif 2.3, 4.6.4): 1 upright; 2, 4 mirrored; 3 turned by a half; 5 ...
/// 8 rows are columns. 1 where there is no such segment or tag, or where it is malformed.
int exif_orientation(std::string_view jpeg);

}  // namespace hourglass
