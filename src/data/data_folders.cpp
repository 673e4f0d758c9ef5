#include "data/data_folders.h"

#include <cstdlib>

namespace hourglass {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

}  // namespace

std::vector<std::filesystem::path> data_folders(const DataConfig& config) {
  std::vector<std::filesystem::path> folders;
  if (!config.dir.empty()) folders.emplace_back(config.dir);
  if (const std::string folder = variable("HOURGLASS_DATA"); !folder.empty()) folders.emplace_back(folder);
  if (const std::string cache = variable("XDG_CACHE_HOME"); !cache.empty())
    folders.push_back(std::filesystem::path(cache) / "hourglass");
  else if (const std::string home = variable("HOME"); !home.empty())
    folders.push_back(std::filesystem::path(home) / ".cache" / "hourglass");
  return folders;
}

std::vector<std::filesystem::path> places_of(const std::string& name,
                                             const std::vector<std::filesystem::path>& folders) {
  std::vector<std::filesystem::path> places;
  for (const auto& folder : folders) {
    places.push_back(folder / name);
    places.push_back(folder);
  }
  return places;
}

}  // namespace hourglass
