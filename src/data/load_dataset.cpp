#include <fmt/format.h>

#include <array>
#include <cstdlib>

#include "core/text.h"
#include "data/idx_dataset.h"
#include "data/synthetic_digits.h"
#include "hourglass/dataset.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

constexpr const char* kSyntheticDigits = "synthetic-digits";

/// Sets that lie in IDX files, and where a person gets them.
struct IdxSource {
  const char* name;
  const char* home_page;
};
constexpr std::array kIdxSources{IdxSource{"mnist", "http://yann.lecun.com/exdb/mnist"},
                                 IdxSource{"fashion-mnist", "https://github.com/zalandoresearch/fashion-mnist"}};

/// Where files are looked for, first to last.
std::vector<std::filesystem::path> data_folders(const DataConfig& config) {
  std::vector<std::filesystem::path> folders;
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value ? value : "");
  };
  if (!config.dir.empty()) {
    std::error_code ignored;
    if (!std::filesystem::is_directory(config.dir, ignored))
      throw Error(ErrorKind::kData, fmt::format("The data folder '{}' (data.dir) does not exist.", config.dir));
    folders.emplace_back(config.dir);
  }
  if (const std::string folder = variable("HOURGLASS_DATA"); !folder.empty()) folders.emplace_back(folder);
  if (const std::string cache = variable("XDG_CACHE_HOME"); !cache.empty())
    folders.push_back(std::filesystem::path(cache) / "hourglass");
  else if (const std::string home = variable("HOME"); !home.empty())
    folders.push_back(std::filesystem::path(home) / ".cache" / "hourglass");
  return folders;
}

}  // namespace

std::vector<std::string> dataset_names() {
  std::vector<std::string> names{kSyntheticDigits};
  for (const IdxSource& source : kIdxSources) names.emplace_back(source.name);
  return names;
}

DataParts load_dataset(const DataConfig& config) {
  if (config.name == kSyntheticDigits) {
    const auto seed = static_cast<uint64_t>(config.synthetic_seed);
    return {synthetic_digits(config.synthetic_train, seed, DigitPart::kTrain),
            synthetic_digits(config.synthetic_test, seed, DigitPart::kTest)};
  }
  for (const IdxSource& source : kIdxSources)
    if (config.name == source.name) return load_idx_dataset(source.name, data_folders(config), source.home_page);
  throw Error(ErrorKind::kUsage,
              fmt::format("There is no data set '{}'.{}", config.name, did_you_mean(config.name, dataset_names())));
}

}  // namespace hourglass
