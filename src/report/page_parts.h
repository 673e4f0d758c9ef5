#pragma once
// The files of src/report/page, embedded into the library by the build.

#include <span>

#include "core/embedded_file.h"

namespace hourglass {

extern const std::span<const EmbeddedFile> kPageParts;

}  // namespace hourglass
