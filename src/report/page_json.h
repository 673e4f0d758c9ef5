#pragma once
// Parts that several kinds of pages have, as JSON for their scripts.

#include <span>
#include <string>
#include <vector>

#include "core/json.h"
#include "report/run_report.h"

namespace hourglass {

/// Little-endian float32 in base64. The scripts infer the counts from the shapes.
Json page_floats(std::span<const float> values);
Json page_json(const PictureSheet& sheet);
Json page_json(const std::vector<Headline>& headlines);
Json page_json(const std::vector<PictureGrid>& grids);

}  // namespace hourglass
