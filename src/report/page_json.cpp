#include "report/page_json.h"

#include "formats/base64.h"

namespace hourglass {
namespace {

Json to_json(const PictureGrid& grid) {
  constexpr const char* kStyles[] = {"picture", "error", "signed"};
  Json json = {{"title", grid.title}, {"note", grid.note}, {"by_column", grid.by_column}, {"rows", Json::array()}};
  for (const PictureRow& row : grid.rows)
    json["rows"].push_back({{"label", row.label},
                            {"style", kStyles[static_cast<size_t>(row.style)]},
                            {"captions", row.captions},
                            {"pictures", page_json(row.pictures)}});
  return json;
}

}  // namespace

Json page_json(const PictureSheet& sheet) {
  return {{"tile", sheet.tile},
          {"count", sheet.count},
          {"columns", sheet.columns},
          {"cell_width", sheet.cell_width},
          {"png", "data:image/png;base64," + to_base64(sheet.png)}};
}

Json page_floats(std::span<const float> values) {
  return to_base64(std::string_view(reinterpret_cast<const char*>(values.data()), values.size_bytes()));
}

Json page_json(const std::vector<Headline>& headlines) {
  Json json = Json::array();
  for (const Headline& headline : headlines)
    json.push_back({{"name", headline.name}, {"value", headline.value}, {"definition", headline.definition}});
  return json;
}

Json page_json(const std::vector<PictureGrid>& grids) {
  Json json = Json::array();
  for (const PictureGrid& grid : grids) json.push_back(to_json(grid));
  return json;
}

}  // namespace hourglass
