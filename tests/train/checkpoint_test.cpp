#include "train/checkpoint.h"

#include <algorithm>

#include "core/file.h"
#include "hourglass/run_folder.h"
#include "support/expect_error.h"
#include "support/rewrite_safetensors.h"
#include "support/temporary_folder.h"
#include "support/tiny.h"

namespace hourglass {
namespace {

class CheckpointFile : public testing::Test {
 protected:
  CheckpointFile() {
    Autoencoder model(tiny_config(), {8});
    start_run(folder_, model, data_);
  }

  void rewrite(const std::function<void(SafetensorsFile&)>& change) {
    rewrite_safetensors(folder_.checkpoint(), change);
  }
  void expect_rejected(std::vector<std::string> parts) {
    parts.push_back("checkpoint.safetensors");
    expect_error(ErrorKind::kData, parts, [this] {
      Autoencoder model(tiny_config(), {8});
      resume_run(folder_, model, data_);
    });
  }

  TemporaryFolder temporary_;
  const DataSplit data_{tiny_dataset(10), tiny_dataset(9, 8, 2)};
  const RunFolder folder_{temporary_ / "run"};
};

void drop(SafetensorsFile& file, const std::string& name) {
  std::erase_if(file.tensors, [&](const SafetensorsTensor& tensor) { return tensor.name == name; });
}

TEST_F(CheckpointFile, ContainsTheTrainingState) {
  const Checkpoint checkpoint = load_checkpoint(folder_.checkpoint());
  EXPECT_EQ(checkpoint.state.step, 9);
  EXPECT_EQ(checkpoint.state.epoch_rows, 0);
  EXPECT_EQ(checkpoint.state.history.size(), 3u);
  EXPECT_EQ(checkpoint.moments.size(), 2u);
  EXPECT_EQ(checkpoint.workers, 1);
}

TEST_F(CheckpointFile, TruncatedFileIsRejected) {
  const std::string whole = read_file(folder_.checkpoint());
  for (const size_t kept : {size_t{0}, size_t{7}, size_t{200}, whole.size() / 2, whole.size() - 1}) {
    write_file_atomically(folder_.checkpoint(), whole.substr(0, kept));
    expect_rejected({});
  }
}

TEST_F(CheckpointFile, OtherVersionOrFileTypeIsRejected) {
  rewrite([](auto& file) { file.metadata["format_version"] = "7"; });
  expect_rejected({"format version 7"});
  rewrite([](auto& file) { file.metadata["hourglass"] = "model"; });
  expect_rejected({"a model", "a checkpoint"});
}

TEST_F(CheckpointFile, MissingTensorsAreRejected) {
  rewrite([](auto& file) { drop(file, "moment.1"); });
  expect_rejected({"1 moments", "needs 2"});
  rewrite([](auto& file) { drop(file, "moment.0"); });
  expect_rejected({"0 moments", "needs 2"});
  rewrite([](auto& file) { drop(file, "decoder.0.bias"); });
  expect_rejected({"'decoder.0.bias'", "missing"});
}

TEST_F(CheckpointFile, MomentsOfTheWrongSizeAreRejected) {
  rewrite([](auto& file) {
    SafetensorsTensor& moment = *std::ranges::find(file.tensors, "moment.0", &SafetensorsTensor::name);
    moment.values.resize(moment.values.size() - 16);
    moment.shape = {static_cast<int64_t>(moment.values.size())};
  });
  expect_rejected({"moments"});
}

TEST_F(CheckpointFile, MalformedStateIsRejected) {
  const SafetensorsFile whole = read_safetensors(folder_.checkpoint());
  for (const auto& [key, value] : {std::pair{"step", "many"},
                                   {"step", "-1"},
                                   {"step", "3.5"},
                                   {"epoch_rows", ""},
                                   {"workers", "0"},
                                   {"workers", "-2"},
                                   {"epoch_seconds", "1.5p+1x"},
                                   {"epoch_sum.reconstruction", "-"}}) {
    rewrite([&, k = key, v = value](auto& file) {
      file.metadata = whole.metadata;
      file.metadata[k] = v;
    });
    expect_rejected({std::string("'") + key + "'", std::string("'") + value + "'"});
  }
  rewrite([&](auto& file) {
    file.metadata = whole.metadata;
    file.metadata.erase("step");
  });
  expect_rejected({"'step'"});
}

TEST_F(CheckpointFile, MalformedHistoryIsRejected) {
  rewrite([](auto& file) { file.metadata["history"] = "epoch\n1\n"; });
  expect_rejected({"(history)"});
}

}  // namespace
}  // namespace hourglass
