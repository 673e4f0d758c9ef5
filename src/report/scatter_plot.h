#pragma once
// Draws points in two dimensions, colored by class.

#include <cstdint>
#include <string>
#include <vector>

#include "hourglass/tensor.h"
#include "report/image_grid.h"

namespace hourglass {

struct ScatterPlot {
  std::string title, x_name, y_name;
  Tensor points;                         ///< {n, 2}
  std::vector<int32_t> labels;           ///< class of each point; empty: one color
  std::vector<std::string> class_names;  ///< by label; empty: their numbers
};

/// The plot as pixels, with axes and a legend. Throws Error(kUsage) if the points are not {n, 2} with n > 0, or there
/// is not one label per point; Error(kData) for values that are not finite.
DrawnGrid draw_scatter_plot(const ScatterPlot& plot);

/// The same as an SVG document. Throws as draw_scatter_plot.
std::string scatter_plot_svg(const ScatterPlot& plot);

}  // namespace hourglass
