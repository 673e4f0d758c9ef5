#pragma once
// The files of src/report/page as the build put them into the library.

#include <span>

#include "core/embedded_file.h"

namespace hourglass {

extern const std::span<const EmbeddedFile> kPageParts;

}  // namespace hourglass
