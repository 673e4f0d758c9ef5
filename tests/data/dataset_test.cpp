#include "hourglass/dataset.h"

#include <gtest/gtest.h>

#include "core/file.h"
#include "hourglass/preprocessing.h"
#include "support/expect_error.h"
#include "support/temporary_folder.h"

namespace hourglass {
namespace {

TEST(Dataset, ReturnsItsSamples) {
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

TEST(Dataset, ScalesBytesToOneAndKeepsFloats) {
  EXPECT_EQ(read(Dataset("tiny", {3}, {0, 51, 255})), (std::vector<float>{0, 51 * (1.0f / 255), 1}));
  const Dataset data("tiny", {1, 2}, SampleStorage::of_floats({-1, 2, 300, 4}));
  EXPECT_EQ(read(data), (std::vector<float>{-1, 2, 300, 4}));
  EXPECT_EQ(data.read().shape(), (Shape{2, 1, 2}));
  EXPECT_EQ(data.stored_bytes(), 16);
}

TEST(Dataset, SelectsRowsInAnyOrderAndSlicesTheSelection) {
  const Dataset data("tiny", {2}, SampleStorage::of_floats({0, 1, 10, 11, 20, 21, 30, 31}), {5, 6, 7, 8});
  const Dataset selected = data.slice(1, 4).select(std::vector<int64_t>{2, 0, 2});
  EXPECT_EQ(read(selected), (std::vector<float>{30, 31, 10, 11, 30, 31}));
  EXPECT_EQ(std::vector<int32_t>(selected.labels().begin(), selected.labels().end()), (std::vector<int32_t>{8, 6, 8}));
  EXPECT_EQ(read(selected.slice(1, 3)), (std::vector<float>{10, 11, 30, 31}));
  EXPECT_EQ(selected.slice(1, 2).labels()[0], 6);
  EXPECT_EQ(selected.storage().data(), data.storage().data()) << "values were copied";
}

TEST(Dataset, RejectsASelectionOutOfRange) {
  const Dataset data("tiny", {1}, {1, 2});
  expect_error(ErrorKind::kUsage, {"'tiny'", "2 samples", "sample 2"}, [&] {
    data.select(std::vector<int64_t>{1, 2});
  });
  expect_error(ErrorKind::kUsage, {"sample -1"}, [&] { data.select(std::vector<int64_t>{-1}); });
  expect_error(ErrorKind::kUsage, {"none"}, [&] { data.select({}); });
}

TEST(Dataset, ReadsFromAFileWithoutACopy) {
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

TEST(Dataset, RejectsAFileThatIsTooShortOrNotAligned) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "values", std::string(10, 'x'));
  const auto in_file = [&](ElementType type, int64_t offset, int64_t count) {
    SampleStorage::in_file(folder / "values", type, offset, count);
  };
  expect_error(ErrorKind::kData, {"10 bytes", "11 values"}, [&] { in_file(ElementType::kUint8, 0, 11); });
  expect_error(ErrorKind::kData, {"starting at byte 4"}, [&] { in_file(ElementType::kFloat32, 4, 2); });
  expect_error(ErrorKind::kData, {"starting at byte 11"}, [&] { in_file(ElementType::kUint8, 11, 0); });
  expect_error(ErrorKind::kData, {"values"}, [&] { in_file(ElementType::kFloat32, 0, int64_t{1} << 62); });
  expect_error(ErrorKind::kUsage, {"8 bytes", "2 bytes after a multiple of 4"},
               [&] { in_file(ElementType::kFloat32, 2, 2); });
}

TEST(Dataset, KeepsClassAndFeatureNames) {
  Dataset data("tiny", {2}, {1, 2, 3, 4}, {0, 1});
  data.set_class_names({"cat", "dog"});
  data.set_feature_names({"width", "height"});
  EXPECT_EQ(data.slice(1, 2).class_names()[1], "dog");
  EXPECT_EQ(data.select(std::vector<int64_t>{1}).feature_names()[0], "width");
  expect_error(ErrorKind::kData, {"label 1 of sample 1", "1 class names"}, [&] { data.set_class_names({"cat"}); });
  expect_error(ErrorKind::kData, {"3 feature names", "2 values"}, [&] { data.set_feature_names({"a", "b", "c"}); });
}

TEST(Dataset, RenumbersItsClassesLikeAnotherDataset) {
  const auto labeled = [](std::vector<int32_t> labels, std::vector<std::string> names) {
    Dataset data("tiny", {1}, std::vector<uint8_t>(labels.size()), labels);
    data.set_class_names(std::move(names));
    return data;
  };
  const auto labels = [](const Dataset& data) {
    return std::vector<int32_t>(data.labels().begin(), data.labels().end());
  };
  const Dataset animals = labeled({0, 1, 2}, {"cat", "dog", "owl"}), digits = labeled({0, 1, 2}, {});
  const Dataset some = labeled({1, 0, 1}, {"dog", "owl"}).with_classes_of(animals);
  EXPECT_EQ(labels(some), (std::vector<int32_t>{2, 1, 2}));
  EXPECT_EQ(some.class_names(), animals.class_names());
  EXPECT_EQ(labels(labeled({1, 0}, {"1", "2"}).with_classes_of(digits)), (std::vector<int32_t>{2, 1}));
  EXPECT_FALSE(labeled({0, 1}, {"dog", "fox"}).with_classes_of(animals).has_labels());
  EXPECT_FALSE(labeled({0}, {"0"}).with_classes_of(animals).has_labels());
  EXPECT_FALSE(Dataset("tiny", {1}, {1, 2}).with_classes_of(animals).has_labels());
}

TEST(Dataset, NumbersItsClassesByNames) {
  Dataset data("tiny", {1}, std::vector<uint8_t>{1, 2, 3}, {0, 1, 0});
  data.set_class_names({"dog", "bird"});
  const Dataset numbered = data.with_class_numbers({"cat", "dog"});
  EXPECT_EQ(numbered.class_names(), (std::vector<std::string>{"cat", "dog", "bird"}));
  EXPECT_EQ(numbered.labels()[0], 1);
  EXPECT_EQ(numbered.labels()[1], 2);
  EXPECT_EQ(data.with_class_numbers({}).labels()[1], 1) << "without numbers, nothing changes";
  data.set_class_names({"7", "3"});
  EXPECT_EQ(data.with_class_numbers({}).labels()[0], 7);
  EXPECT_EQ(data.class_name(1), "3");
}

TEST(Dataset, RejectsASliceOutOfRange) {
  const Dataset data("tiny", {2}, {1, 2, 3, 4});
  for (const auto& [begin, end] : {std::pair{-1, 1}, {0, 3}, {1, 1}, {2, 1}})
    expect_error(ErrorKind::kUsage, {"'tiny'", "2 samples"}, [&, b = begin, e = end] { data.slice(b, e); });
}

TEST(Dataset, RejectsCountsThatDoNotMatch) {
  expect_error(ErrorKind::kData, {"'tiny'", "no sample"}, [] { Dataset("tiny", {2}, {}); });
  expect_error(ErrorKind::kData, {"'tiny'", "3 values", "2"}, [] { Dataset("tiny", {2}, {1, 2, 3}); });
  expect_error(ErrorKind::kData, {"'tiny'", "28x0"}, [] { Dataset("tiny", {28, 0}, {1}); });
  expect_error(ErrorKind::kData, {"2 samples", "1 labels"}, [] { Dataset("tiny", {1}, {1, 2}, {0}); });
  expect_error(ErrorKind::kData, {"label -1 of sample 1"}, [] { Dataset("tiny", {1}, {1, 2}, {0, -1}); });
}

TEST(Dataset, IsMadeFromNumbers) {
  const std::vector<float> values = {1, 2, 3, 4, 5, 6};
  const Dataset data = Dataset::from(values, {3, 2}, {0, 1, 0}, "mine");
  EXPECT_EQ(data.size(), 3);
  EXPECT_EQ(data.sample_shape(), Shape{2});
  EXPECT_EQ(data.name(), "mine");
  EXPECT_TRUE(std::ranges::equal(data.read().values(), values));
  EXPECT_TRUE(std::ranges::equal(Dataset::from(data.read()).read().values(), values));
  expect_error(ErrorKind::kUsage, {"6 values", "4x2"}, [&] { Dataset::from(values, {4, 2}); });
  expect_error(ErrorKind::kData, {"3 samples and 1 labels"}, [&] { Dataset::from(values, {3, 2}, {1}); });
  expect_error(ErrorKind::kUsage, {"3x2", "5 were given"}, [&] { Tensor({3, 2}, std::vector<float>(5)); });
}

TEST(Dataset, OfSparseSamplesReadsAsThatOfAllValues) {
  Dataset sparse("d", {3}, SampleStorage::sparse({0, 2, 2, 3}, {{0, 4}, {2, 5}, {1, -1}}, 3), {0, 1, 0});
  const Dataset full("d", {3}, SampleStorage::of_floats({4, 0, 5, 0, 0, 0, 0, -1, 0}));
  EXPECT_EQ(sparse.size(), 3);
  EXPECT_EQ(read(sparse), read(full));
  EXPECT_EQ(read(sparse.slice(1, 3)), read(full.slice(1, 3)));
  const std::vector<int64_t> some = {2, 0};
  EXPECT_EQ(read(sparse.select(some)), read(full.select(some)));
  const std::vector<std::string> steps = {"standardize"};
  EXPECT_EQ(read(Preprocessing::fit(steps, sparse).apply(sparse)), read(Preprocessing::fit(steps, full).apply(full)));
  const Dataset both = concatenate(sparse.select(some), sparse);
  EXPECT_TRUE(both.storage().is_sparse());
  EXPECT_EQ(read(both), read(concatenate(full.select(some), full)));
  EXPECT_EQ(read(concatenate(sparse, full)), read(concatenate(full, full)));
  EXPECT_EQ(sparse.sample(1).size(), 0u);
  EXPECT_EQ(sparse.sample(2).size(), sizeof(SparseValue));
  EXPECT_EQ(sparse.slice(1, 3).stored_bytes(), 8);
}

TEST(Dataset, KeepsTheNamesOfItsSamples) {
  Dataset data("d", {1}, {1, 2, 3, 4});
  EXPECT_FALSE(data.has_sample_names());
  data.set_sample_names({"a", "b", "c", "d"});
  EXPECT_EQ(data.slice(1, 3).sample_name(0), "b");
  EXPECT_EQ(data.select(std::vector<int64_t>{3, 0}).slice(1, 2).sample_name(0), "a");
  expect_error(ErrorKind::kUsage, {"1 sample names", "4 stored samples"}, [&] { data.set_sample_names({"a"}); });
}

TEST(Dataset, IsConcatenated) {
  Dataset first("d", {1}, {1, 2}, {0, 1}), second("e", {1}, {3}, {0});
  first.set_class_names({"cat", "dog"});
  second.set_class_names({"dog"});
  const Dataset all = concatenate(first.select(std::vector<int64_t>{1}), second);
  EXPECT_EQ(all.size(), 2);
  EXPECT_EQ(all.sample(0)[0], 2);
  EXPECT_EQ(all.sample(1)[0], 3);
  EXPECT_EQ(std::vector<int32_t>(all.labels().begin(), all.labels().end()), (std::vector<int32_t>{1, 1}))
      << "classes are matched by name";
  const Dataset mixed = concatenate(first, Dataset::from(std::vector<float>{0.5f}, {1, 1}));
  EXPECT_EQ(mixed.storage().type(), ElementType::kFloat32);
  EXPECT_EQ(mixed.read().values()[2], 0.5f);
  expect_error(ErrorKind::kData, {"cannot be joined"}, [&] { concatenate(first, Dataset("f", {2}, {1, 2})); });
}

}  // namespace
}  // namespace hourglass
