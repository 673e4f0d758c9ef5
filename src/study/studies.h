#pragma once
// The built-in studies: the files of the folder studies/, sorted by name.

#include <span>

#include "core/embedded_file.h"

namespace hourglass {

extern const std::span<const EmbeddedFile> kStudies;

}  // namespace hourglass
