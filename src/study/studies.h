#pragma once
// The studies that come with the program: the files of the folder studies/, in the order of their names.

#include <span>

#include "core/embedded_file.h"

namespace hourglass {

extern const std::span<const EmbeddedFile> kStudies;

}  // namespace hourglass
