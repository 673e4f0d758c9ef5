#pragma once
// The colors of classes, the same in pictures and pages.

#include <cstddef>
#include <cstdint>
#include <string>

namespace hourglass {

struct Color {
  uint8_t r, g, b;
};

/// The color of class `label` of `num_classes`. More than ten classes have hues around the circle.
Color class_color(size_t label, size_t num_classes);

/// The colors as JavaScript: a constant and the function classColor(label, numClasses).
std::string class_colors_script();

}  // namespace hourglass
