#include "data/annotations.h"

#include <gtest/gtest.h>

#include "support/expect_error.h"
#include "support/test_files.h"

namespace hourglass {
namespace {

using Names = std::vector<std::string>;
using Labels = std::vector<int32_t>;

class Cells : public testing::Test {
 protected:
  void expect_classes(const std::string& column, const Names& names, const Labels& labels) {
    ASSERT_TRUE(has_labels(file_, column)) << column;
    const ClassLabels found = read_labels(file_, column);
    EXPECT_EQ(found.names, names) << column;
    EXPECT_EQ(found.labels, labels) << column;
  }

  const std::string path_ = test_file("hdf5/cells.h5").string();
  const ArrayFile file_{parse_data_path(path_)};
};

TEST_F(Cells, HaveTheNamesOfTheirMatrix) {
  const Names cells = {"AAA", "CCC", "GGG"}, genes = {"g1", "g2", "g1", "g3"}, barcodes = {"A-1", "C-1", "G-1"};
  struct Expected {
    const char* matrix;
    Names rows, columns;
  };
  for (const auto& [matrix, rows, columns] :
       {Expected{"X", cells, genes}, Expected{"layers/dense", cells, genes}, Expected{"raw/X", cells, {"r1", "r2"}},
        Expected{"obsm/X_pca", cells, {}}, Expected{"matrix", barcodes, genes}, Expected{"GRCh38", barcodes, genes},
        Expected{"obs/number", {}, {}}}) {
    const MatrixNames names = matrix_names(file_, matrix);
    EXPECT_EQ(names.rows, rows) << matrix;
    EXPECT_EQ(names.columns, columns) << matrix;
  }
}

TEST_F(Cells, OfOtherFilesHaveNoNames) {
  for (const char* name : {"hdf5/sparse.h5", "hdf5/arrays.h5:x", "mat/sparse_v73.mat", "npz/sparse_rows.npz"}) {
    const DataPath path = parse_data_path(test_file(name).string());
    const ArrayFile file(path);
    const MatrixNames names = matrix_names(file, file.choose_samples(path.array));
    EXPECT_TRUE(names.rows.empty() && names.columns.empty()) << name;
  }
}

TEST_F(Cells, HaveLabelsOfEveryKindOfColumn) {
  expect_classes("obs/kind", {"B", "T", "missing"}, {0, 2, 1});
  expect_classes("obs/batch", {"first", "missing"}, {0, 0, 1});
  expect_classes("obs/state", {"4", "7", "missing"}, {0, 2, 1});
  expect_classes("obs/site", {"heart", "lung", "missing"}, {1, 2, 0});
  expect_classes("obs/number", {"3", "5"}, {1, 0, 1});
}

TEST_F(Cells, WithCodesWithoutACategoryAreRejected) {
  expect_error(ErrorKind::kData, {"cells.h5:obs/wrong/codes", "code 2", "-1 to 1", "2 categories"},
               [&] { read_labels(file_, "obs/wrong"); });
}

TEST_F(Cells, ErrorSuggestsAColumn) {
  expect_error(ErrorKind::kUsage, {"cells.h5:obs' has no 'knd'", "Did you mean 'kind'?", "data.labels=none"},
               [&] { has_labels(file_, "obs/knd"); });
  EXPECT_FALSE(has_labels(file_, "labels.npy"));
  EXPECT_FALSE(has_labels(file_, "folder/labels.npy"));
  EXPECT_FALSE(has_labels(file_, path_));
}

TEST(ReadLabels, ErrorNamesAMissingArray) {
  const ArrayFile file(parse_data_path(test_file("npz/stored.npz").string()));
  expect_error(ErrorKind::kUsage, {"stored.npz' has no array 'z' (data.labels)"}, [&] { read_labels(file, "z"); });
}

}  // namespace
}  // namespace hourglass
