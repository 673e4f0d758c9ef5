#pragma once
// Orientation of the camera, stored in a JPEG file.

#include <string_view>

namespace hourglass {

/// Returns the tag Orientation of a JPEG's Exif segment (Exif 2.3, 4.6.4): 1 upright; 2, 4 mirrored; 3 rotated by 180
/// degrees; 5 ... 8 rows and columns swapped. Returns 1 if the segment or tag is missing or malformed.
int exif_orientation(std::string_view jpeg);

}  // namespace hourglass
