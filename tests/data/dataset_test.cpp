#include "hourglass/dataset.h"

#include <gtest/gtest.h>

#include "core/file.h"
#include "support/expect_error.h"
#include "support/temporary_folder.h"

namespace hourglass {
namespace {

TEST(Dataset, HandsOutItsSamples) {
  const Dataset data("tiny", {1, 2, 1}, {1, 2, 3, 4, 5, 6}, {7, 8, 9});
  EXPECT_EQ(data.size(), 3);
  EXPECT_EQ(data.sample_dim(), 2);
  EXPECT_EQ(data.sample(1)[0], 3);
  EXPECT_EQ(data.sample(2)[1], 6);
  EXPECT_EQ(data.labels()[2], 9);
  EXPECT_FALSE(Dataset("tiny", {2}, {1, 2}).has_labels());
}

TEST(Dataset, SlicesValuesAndLabels) {
  const Dataset data("tiny", {2}, {1, 2, 3, 4, 5, 6}, {7, 8, 9});
  const Dataset slice = data.slice(1, 3);
  EXPECT_EQ(slice.size(), 2);
  EXPECT_EQ(slice.sample(0)[0], 3);
  EXPECT_EQ(slice.labels()[1], 9);
  EXPECT_EQ(slice.name(), "tiny");
  EXPECT_FALSE(Dataset("tiny", {1}, {1, 2}).slice(0, 1).has_labels());
}

std::vector<float> read(const Dataset& data) {
  const Tensor values = data.read();
  return {values.values().begin(), values.values().end()};
}

TEST(Dataset, ReadsBytesAsPartsOfOneAndFloatsAsTheyAre) {
  EXPECT_EQ(read(Dataset("tiny", {3}, {0, 51, 255})), (std::vector<float>{0, 51 * (1.0f / 255), 1}));
  const Dataset data("tiny", {1, 2}, SampleStorage::of_floats({-1, 2, 300, 4}));
  EXPECT_EQ(read(data), (std::vector<float>{-1, 2, 300, 4}));
  EXPECT_EQ(data.read().shape(), (Shape{2, 1, 2}));
  EXPECT_EQ(data.stored_bytes(), 16);
}

TEST(Dataset, SelectsRowsInAnyOrderAndSlicesOfThem) {
  const Dataset data("tiny", {2}, SampleStorage::of_floats({0, 1, 10, 11, 20, 21, 30, 31}), {5, 6, 7, 8});
  const Dataset selected = data.slice(1, 4).select(std::vector<int64_t>{2, 0, 2});
  EXPECT_EQ(read(selected), (std::vector<float>{30, 31, 10, 11, 30, 31}));
  EXPECT_EQ(std::vector<int32_t>(selected.labels().begin(), selected.labels().end()), (std::vector<int32_t>{8, 6, 8}));
  EXPECT_EQ(read(selected.slice(1, 3)), (std::vector<float>{10, 11, 30, 31}));
  EXPECT_EQ(selected.slice(1, 2).labels()[0], 6);
  EXPECT_EQ(selected.storage().data(), data.storage().data()) << "values were copied";
}

TEST(Dataset, RefusesASelectionOfSamplesThatDoNotExist) {
  const Dataset data("tiny", {1}, {1, 2});
  expect_error(ErrorKind::kUsage, {"'tiny'", "2 samples", "sample 2"}, [&] {
    data.select(std::vector<int64_t>{1, 2});
  });
  expect_error(ErrorKind::kUsage, {"sample -1"}, [&] { data.select(std::vector<int64_t>{-1}); });
  expect_error(ErrorKind::kUsage, {"none"}, [&] { data.select({}); });
}

TEST(Dataset, LiesInAFileWithoutACopy) {
  const TemporaryFolder folder;
  const std::vector<float> values = {1, 2, 3, 4, 5, 6};
  std::string bytes = "head";
  bytes.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
  write_file_atomically(folder / "values", bytes);
  Dataset data("file", {2}, SampleStorage::in_file(folder / "values", ElementType::kFloat32, 4, 6));
  EXPECT_TRUE(data.storage().is_mapped());
  EXPECT_EQ(read(data), values);
  data.storage().release(0, 6);
  EXPECT_EQ(read(data.slice(1, 2)), (std::vector<float>{3, 4}));
  data = Dataset("file", {4}, SampleStorage::in_file(folder / "values", ElementType::kUint8, 0, 4));
  EXPECT_EQ(data.sample(0)[1], 'e');
}

TEST(Dataset, RefusesAFileThatIsTooShortOrNotAligned) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "values", std::string(10, 'x'));
  const auto in_file = [&](ElementType type, int64_t offset, int64_t count) {
    SampleStorage::in_file(folder / "values", type, offset, count);
  };
  expect_error(ErrorKind::kData, {"10 bytes", "11 values"}, [&] { in_file(ElementType::kUint8, 0, 11); });
  expect_error(ErrorKind::kData, {"from byte 4"}, [&] { in_file(ElementType::kFloat32, 4, 2); });
  expect_error(ErrorKind::kData, {"from byte 11"}, [&] { in_file(ElementType::kUint8, 11, 0); });
  expect_error(ErrorKind::kData, {"values"}, [&] { in_file(ElementType::kFloat32, 0, int64_t{1} << 62); });
  expect_error(ErrorKind::kUsage, {"8 bytes", "2 behind a multiple of 4"},
               [&] { in_file(ElementType::kFloat32, 2, 2); });
}

TEST(Dataset, CarriesNamesOfClassesAndFeatures) {
  Dataset data("tiny", {2}, {1, 2, 3, 4}, {0, 1});
  data.set_class_names({"cat", "dog"});
  data.set_feature_names({"width", "height"});
  EXPECT_EQ(data.slice(1, 2).class_names()[1], "dog");
  EXPECT_EQ(data.select(std::vector<int64_t>{1}).feature_names()[0], "width");
  expect_error(ErrorKind::kData, {"label 1 of sample 1", "1 class names"}, [&] { data.set_class_names({"cat"}); });
  expect_error(ErrorKind::kData, {"3 feature names", "2 values"}, [&] { data.set_feature_names({"a", "b", "c"}); });
}

TEST(Dataset, NumbersItsClassesAsAnother) {
  const auto labelled = [](std::vector<int32_t> labels, std::vector<std::string> names) {
    Dataset data("tiny", {1}, std::vector<uint8_t>(labels.size()), labels);
    data.set_class_names(std::move(names));
    return data;
  };
  const auto labels = [](const Dataset& data) {
    return std::vector<int32_t>(data.labels().begin(), data.labels().end());
  };
  const Dataset animals = labelled({0, 1, 2}, {"cat", "dog", "owl"}), digits = labelled({0, 1, 2}, {});
  const Dataset some = labelled({1, 0, 1}, {"dog", "owl"}).with_classes_of(animals);
  EXPECT_EQ(labels(some), (std::vector<int32_t>{2, 1, 2}));
  EXPECT_EQ(some.class_names(), animals.class_names());
  EXPECT_EQ(labels(labelled({1, 0}, {"1", "2"}).with_classes_of(digits)), (std::vector<int32_t>{2, 1}));
  EXPECT_FALSE(labelled({0, 1}, {"dog", "fox"}).with_classes_of(animals).has_labels());
  EXPECT_FALSE(labelled({0}, {"0"}).with_classes_of(animals).has_labels());
  EXPECT_FALSE(Dataset("tiny", {1}, {1, 2}).with_classes_of(animals).has_labels());
}

TEST(Dataset, RefusesASliceThatIsNotInside) {
  const Dataset data("tiny", {2}, {1, 2, 3, 4});
  for (const auto& [begin, end] : {std::pair{-1, 1}, {0, 3}, {1, 1}, {2, 1}})
    expect_error(ErrorKind::kUsage, {"'tiny'", "2 samples"}, [&, b = begin, e = end] { data.slice(b, e); });
}

TEST(Dataset, RefusesCountsThatDoNotFit) {
  expect_error(ErrorKind::kData, {"'tiny'", "no sample"}, [] { Dataset("tiny", {2}, {}); });
  expect_error(ErrorKind::kData, {"'tiny'", "3 values", "2"}, [] { Dataset("tiny", {2}, {1, 2, 3}); });
  expect_error(ErrorKind::kData, {"'tiny'", "28x0"}, [] { Dataset("tiny", {28, 0}, {1}); });
  expect_error(ErrorKind::kData, {"2 samples", "1 labels"}, [] { Dataset("tiny", {1}, {1, 2}, {0}); });
  expect_error(ErrorKind::kData, {"label -1 of sample 1"}, [] { Dataset("tiny", {1}, {1, 2}, {0, -1}); });
}

}  // namespace
}  // namespace hourglass
