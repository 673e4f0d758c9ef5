#include "formats/sparse_matrix.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "formats/hdf5.h"
#include "formats/mat.h"
#include "formats/npz.h"
#include "support/expect_error.h"
#include "support/test_files.h"

namespace hourglass {
namespace {

/// An array of integers.
NumberArray integers(const std::vector<int32_t>& numbers) {
  auto [array, bytes] = allocate_numbers({static_cast<int64_t>(numbers.size())}, NumberType::kInt32);
  std::ranges::copy(std::as_bytes(std::span(numbers)), bytes.begin());
  return array;
}

/// The matrix by rows, its zeros included.
std::vector<double> dense(const SparseMatrix& matrix) {
  std::vector<double> all(static_cast<size_t>(matrix.num_rows * matrix.num_columns));
  const std::vector<double> values = as_doubles(matrix.values);
  for (int64_t slice = 0; slice < matrix.num_slices(); ++slice)
    for (int64_t i = matrix.starts[static_cast<size_t>(slice)]; i < matrix.starts[static_cast<size_t>(slice) + 1];
         ++i) {
      const int64_t other = matrix.indices[static_cast<size_t>(i)];
      const int64_t row = matrix.by_columns ? other : slice, column = matrix.by_columns ? slice : other;
      all[static_cast<size_t>(row * matrix.num_columns + column)] += values[static_cast<size_t>(i)];
    }
  return all;
}

const std::vector<double> kExpected = {0, 1, 0, 2, 0, 0, 0, 0, 3, 0, 0, 4};  // 3 x 4, see make_files.py

TEST(SparseMatrix, IsReadInEveryFormThatProgramsWrite) {
  struct File {
    std::string name;
    bool by_columns;
    SparseMatrix matrix;
  };
  const auto hdf5 = test_file("hdf5/sparse.h5");
  for (const auto& [name, by_columns, matrix] :
       {File{"AnnData", false, read_sparse_hdf5(hdf5, "X")},
        File{"AnnData by columns", true, read_sparse_hdf5(hdf5, "layers/counts")},
        File{"AnnData before 0.7", false, read_sparse_hdf5(hdf5, "old")},
        File{"10x Genomics", false, read_sparse_hdf5(hdf5, "matrix")},
        File{"MATLAB", true, read_sparse_mat(test_file("mat/sparse.mat"), "X")},
        File{"MATLAB, compressed", true, read_sparse_mat(test_file("mat/sparse_compressed.mat"), "X")},
        File{"MATLAB 7.3", true, read_sparse_mat(test_file("mat/sparse_v73.mat"), "X")},
        File{"SciPy, csr", false, read_sparse_npz(test_file("npz/sparse_rows.npz"))},
        File{"SciPy, csc", true, read_sparse_npz(test_file("npz/sparse_columns.npz"))}}) {
    EXPECT_EQ(matrix.by_columns, by_columns) << name;
    EXPECT_EQ(matrix.num_rows, 3) << name;
    EXPECT_EQ(dense(matrix), kExpected) << name;
    EXPECT_EQ(dense(with_other_slices(matrix)), kExpected) << name;
    EXPECT_EQ(dense(with_other_slices(with_other_slices(matrix))), kExpected) << name;
  }
}

TEST(SparseMatrix, IsListedAsOneArray) {
  std::vector<std::string> found;
  for (const ArrayInfo& array : list_hdf5(test_file("hdf5/sparse.h5")))
    found.push_back(array.name + (array.is_sparse ? " sparse " : " ") + to_string(array.shape));
  EXPECT_EQ(found, (std::vector<std::string>{"X sparse 3x4", "layers/counts sparse 3x4", "matrix sparse 3x4",
                                             "obsm/X_pca 3x2", "old sparse 3x4"}));
  for (const auto& arrays : {list_mat(test_file("mat/sparse.mat")), list_mat(test_file("mat/sparse_v73.mat")),
                             list_npz(test_file("npz/sparse_rows.npz"))}) {
    EXPECT_TRUE(arrays[0].is_sparse);
    EXPECT_EQ(arrays[0].shape, (Shape{3, 4}));
  }
}

TEST(SparseMatrix, AddsValuesAtOneIndex) {
  const SparseMatrix matrix =
      sparse_matrix(1, 2, false, integers({0, 3}), integers({1, 0, 1}), integers({5, 1, 2}), [](auto&) { FAIL(); });
  EXPECT_EQ(dense(matrix), (std::vector<double>{1, 7}));
}

TEST(SparseMatrix, RejectsPartsThatDoNotFitTogether) {
  struct Case {
    std::vector<int32_t> starts, indices;
    const char* found;
  };
  for (const auto& [starts, indices, found] :
       {Case{{0, 1}, {0, 1}, "3 were expected"}, Case{{0, 1, 2}, {0}, "2 values and 1 indices"},
        Case{{0, 1, 3}, {0, 1}, "not all integers from 0 to 2"},
        Case{{0, -1, 2}, {0, 1}, "not all integers from 0 to 2"},
        Case{{0, 1, 2}, {0, 4}, "not all integers from 0 to 3"}, Case{{0, 2, 1}, {0, 1}, "do not rise from 0 to 2"},
        Case{{1, 1, 2}, {0, 1}, "do not rise from 0 to 2"}})
    expect_error(ErrorKind::kData, {found}, [&] {
      sparse_matrix(2, 4, false, integers(starts), integers(indices), integers({7, 8}),
                    [](const std::string& text) { throw Error(ErrorKind::kData, text); });
    });
}

TEST(SparseMatrix, RejectsASizeThatItsValuesDoNotNeed) {
  expect_error(ErrorKind::kData, {"declares a size of 1x4000000000 for 1 values"}, [&] {
    sparse_matrix(1, 4'000'000'000, false, integers({0, 1}), integers({5}), integers({7}),
                  [](const std::string& text) { throw Error(ErrorKind::kData, text); });
  });
}

TEST(SparseMatrix, NeverReadsPastTheEndOfATruncatedFile) {
  const auto expect_the_matrix_or_an_error = [](const auto& read) {
    try {
      EXPECT_EQ(dense(read()), kExpected);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kData) << error.what();
    }
  };
  for_each_truncation(test_bytes("mat/sparse.mat"), "cut.mat", [&](const auto& path, size_t) {
    expect_the_matrix_or_an_error([&] { return read_sparse_mat(path, "X"); });
  });
  for_each_truncation(
      test_bytes("hdf5/sparse.h5"), "cut.h5",
      [&](const auto& path, size_t) { expect_the_matrix_or_an_error([&] { return read_sparse_hdf5(path, "X"); }); },
      211);
}

TEST(SparseMatrix, IsNotReadAsAnotherKindOfArray) {
  expect_error(ErrorKind::kData, {"'X' is not a full array"}, [] { read_mat(test_file("mat/sparse.mat"), "X"); });
  expect_error(ErrorKind::kData, {"'y' is not a sparse array"},
               [] { read_sparse_mat(test_file("mat/sparse.mat"), "y"); });
  expect_error(ErrorKind::kData, {"'obsm/X_pca' is not a sparse matrix"},
               [] { read_sparse_hdf5(test_file("hdf5/sparse.h5"), "obsm/X_pca"); });
  expect_error(ErrorKind::kData, {"does not contain a compressed sparse matrix"},
               [] { read_sparse_npz(test_file("npz/stored.npz")); });
}

}  // namespace
}  // namespace hourglass
