#pragma once
// Loads the files of a user that a test writes.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/file.h"
#include "formats/png.h"
#include "hourglass/dataset.h"
#include "support/expect_error.h"
#include "support/temporary_folder.h"

namespace hourglass {

class OwnData : public testing::Test {
 protected:
  DataSplit load(const std::string& name) {
    config_.name = name;
    log_.clear();
    return load_dataset(config_, {.threads = 2, .log = [this](const std::string& line) { log_ += line + "\n"; }},
                        &inferred_);
  }
  /// Without a test set, so that all samples are in file order.
  Dataset load_all(const std::string& name) {
    config_.test = 0;
    return load(name).train;
  }
  std::string write(const std::string& name, const std::string& bytes) {
    const std::filesystem::path path = folder_ / name;
    std::filesystem::create_directories(path.parent_path());
    write_file_atomically(path, bytes);
    return path.string();
  }
  void write_image(const std::string& name, int width, int height, int channels, uint8_t value) {
    const std::filesystem::path path = folder_ / name;
    std::filesystem::create_directories(path.parent_path());
    write_png(path, width, height, channels,
              std::vector<uint8_t>(static_cast<size_t>(width * height * channels), value));
  }
  void expect_rejected(ErrorKind kind, const std::vector<std::string>& fragments, const std::string& name) {
    expect_error(kind, fragments, [&] { load(name); });
  }
  static std::vector<float> values(const Dataset& data) {
    const Tensor tensor = data.read();
    return {tensor.values().begin(), tensor.values().end()};
  }

  TemporaryFolder folder_;
  DataConfig config_;
  DataConfig inferred_;
  std::string log_;
};

using Floats = std::vector<float>;
using Labels = std::vector<int32_t>;
using Names = std::vector<std::string>;

inline Labels labels(const Dataset& data) { return {data.labels().begin(), data.labels().end()}; }

}  // namespace hourglass
