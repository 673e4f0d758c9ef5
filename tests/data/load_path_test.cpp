// Loads a user's own files, from the path to the split.
#include "data/load_path.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "data/own_data.h"
#include "formats/npy.h"
#include "formats/npz.h"
#include "formats/png.h"
#include "hourglass/preprocessing.h"
#include "support/idx_bytes.h"
#include "support/saved_by_matlab.h"
#include "support/test_files.h"

namespace hourglass {
namespace {

// Activations of language models are stored in half precision. They are widened batch by batch.
TEST_F(OwnData, ValuesOfHalfPrecisionAreNotConvertedWhenTheyAreRead) {
  const auto stored_as = [&](const std::string& name, const std::string& variable) {
    config_.variable = variable;
    const Dataset data = load_all(name);
    EXPECT_EQ(values(data), (Floats{0, 1, 2, 3, 4, 5})) << name;
    return data.storage().type();
  };
  EXPECT_EQ(stored_as(test_file("npy/little_f2.npy").string(), ""), ElementType::kFloat16);
  EXPECT_EQ(stored_as(test_file("hdf5/halves.h5").string(), "float16"), ElementType::kFloat16);
  EXPECT_EQ(stored_as(test_file("hdf5/halves.h5").string(), "bfloat16"), ElementType::kBfloat16);
  EXPECT_EQ(stored_as(test_file("safetensors/halves.safetensors").string(), "half"), ElementType::kFloat16);
  EXPECT_EQ(stored_as(test_file("safetensors/halves.safetensors").string(), "bfloat"), ElementType::kBfloat16);
}

TEST_F(OwnData, TableKeepsItsNamesClassesAndNumbers) {
  config_.label_column = "state";
  config_.ignored_columns = {"time"};
  const Dataset data = load_all(write("s.csv", "time,a,b,state\n10:00,1.5,-2,ok\n10:01,3,4,fault\n"));
  EXPECT_EQ(data.name(), "s");
  EXPECT_EQ(data.sample_shape(), Shape{2});
  EXPECT_EQ(values(data), (Floats{1.5f, -2, 3, 4}));
  EXPECT_EQ(data.feature_names(), (Names{"a", "b"}));
  EXPECT_EQ(data.class_names(), (Names{"fault", "ok"}));
  EXPECT_EQ(labels(data), (Labels{1, 0}));
  EXPECT_NE(log_.find("2 samples of 2 values, values -2 to 4; labels from column state, 2 classes: fault, ok"),
            std::string::npos)
      << log_;
}

TEST_F(OwnData, TableIsSplitBySeedAndClass) {
  std::string text = "a,b,kind\n";
  for (int i = 0; i < 100; ++i) text += std::to_string(2 * i) + ",0.5," + (i % 4 == 0 ? "x" : "y") + "\n";
  config_.label_column = "kind";
  const DataSplit data = load(write("t.csv", text));
  EXPECT_EQ(data.train.size(), 80);
  EXPECT_EQ(std::ranges::count(labels(data.test), 0), 5);
  EXPECT_EQ(data.test.feature_names(), (Names{"a", "b"}));
}

std::string row_of_counts() {
  std::string row;
  for (int i = 0; i < 64; ++i) row += std::to_string(i * 4) + (i < 63 ? "," : "\n");
  return row;
}

TEST_F(OwnData, TableHoldsNumbersUnlessToldOtherwise) {
  const std::string path = write("digits.csv", row_of_counts() + row_of_counts());
  const Dataset numbers = load_all(path);
  EXPECT_EQ(numbers.sample_shape(), Shape{64});
  EXPECT_EQ(values(numbers)[63], 252);
  EXPECT_NE(log_.find("Inferred: data.header=no, data.values=numbers. To override: --set KEY=VALUE."),
            std::string::npos)
      << log_;
  EXPECT_EQ(inferred_.values, "numbers");
  config_.values = "bytes";
  const Dataset data = load_all(path);
  EXPECT_EQ(data.sample_shape(), (Shape{8, 8, 1}));
  EXPECT_EQ(data.storage().type(), ElementType::kUint8);
  EXPECT_FLOAT_EQ(values(data)[63], 252.0f / 255);
  EXPECT_EQ(inferred_.shape, "8x8x1");
}

TEST_F(OwnData, WideArrayOfCountsIsASquareImage) {
  Tensor array({2, 64});
  for (int i = 0; i < 128; ++i) array.data()[i] = static_cast<float>(i % 64 * 4);
  write_npy(folder_ / "digits.npy", array);
  EXPECT_EQ(load_all((folder_ / "digits.npy").string()).sample_shape(), (Shape{8, 8, 1}));
  EXPECT_NE(log_.find("Inferred: data.layout=nhwc, data.shape=8x8x1, data.values=bytes."), std::string::npos) << log_;
}

TEST_F(OwnData, ColumnThatLooksLikeLabelsIsNamed) {
  const std::string path = write("t.csv", "a,Anomaly\n0.5,0\n1.5,1\n");
  load_all(path);
  EXPECT_NE(
      log_.find("Column 'Anomaly' is used as a feature. If it has the labels, add --set data.label_column=Anomaly."),
      std::string::npos)
      << log_;
  config_.label_column = "Anomaly";
  load_all(path);
  EXPECT_EQ(log_.find("is used as a feature"), std::string::npos) << log_;
}

TEST_F(OwnData, NumbersThatFloat32CannotHoldAreReadAsDifferences) {
  const Dataset table = load_all(write("t.csv", "t,x\n1700000000,1\n1700000001,2\n1700000003,4\n"));
  ASSERT_EQ(table.origin().size(), 2u);
  EXPECT_EQ(table.origin()[0], 1700000000);
  EXPECT_FLOAT_EQ(values(table)[2], 1700000001.0f);
  EXPECT_NE(log_.find("values 1 to 1.7e+09"), std::string::npos) << log_;
  const Preprocessing fitted = Preprocessing::fit({"standardize"}, table);
  const Floats seen = values(fitted.apply(table));
  EXPECT_NEAR(seen[0], -1.069045, 1e-5) << "NumPy: (t - t.mean()) / t.std()";
  EXPECT_NEAR(seen[2], -0.267261, 1e-5);
  // Other data have their own origin.
  const Dataset other = load_all(write("o.csv", "t,x\n1700000001,2\n1700000101,4\n"));
  EXPECT_EQ(values(fitted.apply(other))[0], seen[2]);
  EXPECT_EQ(values(fitted.apply(concatenate(table, other)))[6], seen[2]);
  EXPECT_FLOAT_EQ(fitted.invert(fitted.apply(table).read()).values()[4], 1700000003.0f);

  std::vector<double> numbers = {1e8 + 0.25, 1e8 + 0.5, 1e8 + 0.75};
  write("noise.npy", npy_of_doubles(numbers, {3, 1}));
  const Dataset noise = load_all((folder_ / "noise.npy").string());
  EXPECT_EQ(values(Preprocessing::fit({"minmax"}, noise).apply(noise)), (Floats{0, 0.5, 1}));
}

TEST_F(OwnData, MissingTimesAreImputed) {
  config_.preprocess = {"impute mean", "standardize"};
  const Dataset table = load_all(write("t.csv", "t,x\n1700000000,1\n,2\n1700000002,4\n"));
  const Floats seen = values(Preprocessing::fit(config_.preprocess, table).apply(table));
  EXPECT_NEAR(seen[2], 0, 1e-6);
  EXPECT_NEAR(seen[0], -1.224745, 1e-5);
  const Dataset raw = table;
  EXPECT_NEAR(values(Preprocessing::fit({"impute 1700000002", "minmax"}, raw).apply(raw))[2], 1, 1e-6);
}

TEST_F(OwnData, ErrorLocatesMissingValues) {
  const std::string path = write("gaps.csv", "a,b\n1,2\n,3\n5,NA\n");
  expect_rejected(ErrorKind::kData, {"2 missing values", "line 3, column 'a'", "impute"}, path);
  expect_rejected(ErrorKind::kData, {"1 infinite values", "line 2, column 'b'"}, write("inf.csv", "a,b\n1,inf\n1,2\n"));
  Tensor array({3, 2});
  array.data()[3] = NAN;
  write_npy(folder_ / "nan.npy", array);
  expect_rejected(ErrorKind::kData, {"1 missing or infinite values", "sample 1", "value 1"},
                  (folder_ / "nan.npy").string());
}

TEST_F(OwnData, MissingValuesAreImputedFromTheTrainingSet) {
  const std::string path = write("gaps.csv", "a,b\n1,2\n,3\n5,NA\n3,inf\n100,7\n,9\n");
  config_.train_rows = ":4";
  for (const auto& [method, expected] :
       {std::pair<std::string, Floats>{"mean", {1, 2, 3, 3, 5, 2.5f, 3, 2.5f, 100, 7, 3, 9}},
        {"median", {1, 2, 3, 3, 5, 2.5f, 3, 2.5f, 100, 7, 3, 9}},
        {"0", {1, 2, 0, 3, 5, 0, 3, 0, 100, 7, 0, 9}}}) {
    config_.preprocess = {"impute " + method};
    config_.test_rows = "4:";
    const DataSplit data = load(path);
    const Preprocessing fitted = Preprocessing::fit(config_.preprocess, data.train);
    Floats found = values(fitted.apply(data.train));
    const Floats test = values(fitted.apply(data.test));
    found.insert(found.end(), test.begin(), test.end());
    EXPECT_EQ(found, expected) << method;
  }
  config_.preprocess = {"impute mean"};
  config_.train_rows = "1:2";
  config_.test_rows = "2:";
  expect_error(ErrorKind::kData, {"feature 'a' has no value in any training sample"},
               [&] { Preprocessing::fit(config_.preprocess, load(path).train); });
}

TEST_F(OwnData, NpyIsMappedIfPossible) {
  Tensor array({4, 3});
  for (int i = 0; i < 12; ++i) array.data()[i] = static_cast<float>(i) - 2;
  write_npy(folder_ / "x.npy", array);
  const Dataset data = load_all((folder_ / "x.npy").string());
  EXPECT_TRUE(data.storage().is_mapped());
  EXPECT_EQ(values(data), Floats(array.values().begin(), array.values().end()));
  EXPECT_FALSE(load_all(test_file("npy/big_f4.npy").string()).storage().is_mapped());
}

TEST_F(OwnData, IdxIsMappedIfItIsNotCompressed) {
  const std::string images = idx_header({2, 2, 2}) + "abcdefgh";
  const Dataset data = load_all(write("images", images));
  EXPECT_TRUE(data.storage().is_mapped());
  EXPECT_EQ(data.sample_shape(), (Shape{2, 2, 1}));
  EXPECT_FALSE(load_all(write("images.gz", gzip(images))).storage().is_mapped());
}

TEST_F(OwnData, SparseMatrixHasItsRowsAsSamples) {
  const Floats expected = {0, 1, 0, 2, 0, 0, 0, 0, 3, 0, 0, 4};
  for (const char* name : {"hdf5/sparse.h5", "hdf5/sparse.h5:/matrix", "mat/sparse.mat", "npz/sparse_columns.npz"}) {
    const Dataset data = load_all(test_file(name).string());
    EXPECT_TRUE(data.storage().is_sparse()) << name;
    EXPECT_EQ(values(data), expected) << name;
  }
  EXPECT_NE(log_.find("3 samples of 4 values, sparse, 33.3 % not 0, values 0 to 4"), std::string::npos) << log_;
  EXPECT_EQ(labels(load_all(test_file("mat/sparse.mat").string())), (Labels{0, 1, 0}));
  config_.orientation = "columns";
  EXPECT_EQ(values(load_all(test_file("hdf5/sparse.h5").string())), (Floats{0, 0, 3, 1, 0, 0, 0, 0, 0, 2, 0, 4}));
}

TEST_F(OwnData, CellsHaveNamesAndLabels) {
  config_.labels = "obs/kind";
  for (const char* name : {"hdf5/cells.h5", "hdf5/cells.h5:layers/dense"}) {
    const Dataset data = load_all(test_file(name).string());
    EXPECT_EQ(data.feature_names(), (Names{"g1", "g2", "g1.2", "g3"})) << name;
    EXPECT_EQ(data.sample_name(2), "GGG") << name;
    EXPECT_EQ(data.class_names(), (Names{"B", "T", "missing"})) << name;
    EXPECT_THAT(log_, testing::HasSubstr("have the same name, such as 'g1'; feature 3 is called 'g1.2'")) << name;
  }
  config_.labels = test_file("hdf5/cells.h5").string() + ":obs/kind";
  EXPECT_EQ(labels(load_all(test_file("hdf5/sparse.h5").string())), (Labels{0, 2, 1}));
}

TEST_F(OwnData, CellsInColumnsHaveNames) {
  config_.orientation = "columns";
  const Dataset data = load_all(test_file("hdf5/cells.h5").string());
  EXPECT_EQ(data.feature_names(), (Names{"AAA", "CCC", "GGG"}));
  EXPECT_EQ(data.sample_name(3), "g3");
}

TEST_F(OwnData, FeaturesThatHaveNamesAreNoPixels) {
  const Dataset data = load_all(test_file("hdf5/cells.h5").string() + ":mod/rna/X");
  EXPECT_EQ(data.sample_shape(), (Shape{64}));
  EXPECT_EQ(inferred_.values, "numbers");
  EXPECT_EQ(data.feature_names()[63], "n63");
  EXPECT_FALSE(data.has_sample_names());
}

TEST_F(OwnData, NamesOfFeaturesAreNotThoseOfPixels) {
  config_.shape = "2x2";
  const Dataset data = load_all(test_file("hdf5/cells.h5").string());
  EXPECT_TRUE(data.feature_names().empty());
  EXPECT_EQ(data.sample_name(0), "AAA");
}

TEST_F(OwnData, SparseMatrixHasImagesOfAShapeThatIsGiven) {
  config_.shape = "2x2";
  EXPECT_EQ(load_all(test_file("hdf5/sparse.h5").string()).sample_shape(), (Shape{2, 2, 1}));
  config_.layout = "nchw";
  expect_error(ErrorKind::kUsage, {"sparse.h5:X", "channels first"},
               [&] { load_all(test_file("hdf5/sparse.h5").string()); });
}

TEST_F(OwnData, SparseMatrixHasNumbersThatAreBytesOnRequest) {
  const std::string path = test_file("hdf5/sparse.h5").string();
  config_.values = "bytes";
  EXPECT_FLOAT_EQ(values(load_all(path))[3], 2.0f / 255);
  config_.values = "auto";
  config_.labels = "X";
  config_.variable = "obsm/X_pca";
  expect_error(ErrorKind::kUsage, {"sparse.h5:X", "not as labels"}, [&] { load_all(path); });
}

TEST_F(OwnData, OptionsOfTablesAreRejectedForArrays) {
  const std::string path = test_file("npz/stored.npz").string();
  config_.label_column = "0";
  expect_error(ErrorKind::kUsage, {"data.label_column is an option of tables", "data.labels"}, [&] { load_all(path); });
  config_.label_column = "";
  config_.ignored_columns = {"1"};
  expect_error(ErrorKind::kUsage, {"data.ignored_columns"}, [&] { load_all(path); });
  config_.ignored_columns = {};
  config_.header = "no";
  expect_error(ErrorKind::kUsage, {"data.header"}, [&] { load_all(path); });
}

TEST_F(OwnData, OptionsOfARunAreMadeToFitOtherData) {
  DataConfig config;
  config.name = test_file("npz/stored.npz").string();
  config.label_column = "state";
  config.header = "yes";
  config.labels = "y";
  fit_options_to_path(config);
  EXPECT_EQ(config.label_column, "");
  EXPECT_EQ(config.header, "auto");
  EXPECT_EQ(config.labels, "y") << "it is an array of the file";
  config.name = test_file("npy/u1.npy").string();
  fit_options_to_path(config);
  EXPECT_EQ(config.labels, "");
  for (const auto& [column, expected] : {std::pair{"obs/kind", "obs/kind"}, std::pair{"obs/nowhere", ""}}) {
    config.name = test_file("hdf5/cells.h5").string();
    config.labels = column;
    fit_options_to_path(config);
    EXPECT_EQ(config.labels, expected);
  }
  config.name = write("t.csv", "a,b\n1,2\n");
  config.label_column = "a";
  fit_options_to_path(config);
  EXPECT_EQ(config.label_column, "a");
}

TEST_F(OwnData, NpzFindsItsLabels) {
  for (const char* name : {"npz/stored.npz", "npz/deflated.npz"}) {
    const Dataset data = load_all(test_file(name).string());
    EXPECT_EQ(values(data), (Floats{0, 1, 2, 3, 4, 5}));
    EXPECT_EQ(labels(data), (Labels{0, 1, 0}));
  }
  config_.labels = "none";
  EXPECT_FALSE(load_all(test_file("npz/stored.npz").string()).has_labels());
}

TEST_F(OwnData, MatTreatsColumnsAsSamples) {
  config_.variable = "images";
  for (const char* name : {"mat/plain.mat", "mat/compressed.mat", "mat/v73.mat"}) {
    config_.orientation = "columns";
    const Dataset columns = load_all(test_file(name).string());
    EXPECT_EQ(columns.size(), 3) << name;
    EXPECT_FLOAT_EQ(values(columns)[1] * 255, 3) << name;
    config_.orientation = "auto";
    config_.labels = "none";
    EXPECT_EQ(load_all(test_file(name).string()).size(), 4) << name;
    EXPECT_EQ(inferred_.orientation, "rows");
    config_.labels = "";
  }
  // The number of labels equals the number of columns.
  EXPECT_EQ(labels(load_all(test_file("mat/plain.mat").string())), (Labels{0, 1, 0}));
  EXPECT_EQ(inferred_.orientation, "columns");
}

TEST_F(OwnData, MatOfVersion73UsesTheLayoutOfMatlab) {
  SavedByMatlab saved(folder_ / "scans.mat");
  // Value i + 10 j of row i and column j; pixel i + 10 j + 20 k of row i, column j, image k.
  std::vector<double> matrix, images;
  for (int j = 0; j < 3; ++j)
    for (int i = 0; i < 5; ++i) matrix.push_back(i + 10 * j + 0.5);
  for (int k = 0; k < 7; ++k)
    for (int j = 0; j < 3; ++j)
      for (int i = 0; i < 2; ++i) images.push_back(i + 10 * j + 20 * k);
  saved.add("measured", "double", H5T_IEEE_F64LE, {5, 3}, matrix);
  saved.add("scans", "uint8", H5T_STD_U8LE, {2, 3, 7}, images);
  saved.add("kind", "double", H5T_IEEE_F64LE, {5, 1}, {2, 1, 2, 3, 1});
  saved.add("note", "char", H5T_STD_U16LE, {1, 2}, {72, 105});
  saved.finish();

  config_.labels = "kind";
  const Dataset rows = load_all((folder_ / "scans.mat").string() + ":measured");
  EXPECT_EQ(rows.size(), 5);
  EXPECT_EQ(values(rows.slice(1, 2)), (Floats{1.5, 11.5, 21.5}));
  EXPECT_EQ(labels(rows), (Labels{1, 0, 1, 2, 0}));
  EXPECT_EQ(rows.class_names(), (Names{"1", "2", "3"}));

  config_.labels = "none";
  const Dataset scans = load_all((folder_ / "scans.mat").string() + ":scans");
  EXPECT_EQ(scans.size(), 7) << "the largest dimension, the last";
  EXPECT_EQ(scans.sample_shape(), (Shape{2, 3, 1}));
  EXPECT_EQ(scans.storage().type(), ElementType::kUint8);
  const auto bytes = scans.sample(2);
  EXPECT_EQ(std::vector<int>(bytes.begin(), bytes.end()), (std::vector<int>{40, 50, 60, 41, 51, 61}));
  expect_rejected(ErrorKind::kUsage, {"several arrays", "measured (5x3)", "scans (2x3x7)"},
                  (folder_ / "scans.mat").string());
}

TEST_F(OwnData, Hdf5ArrayIsNamedAfterAColon) {
  const Dataset data = load_all(test_file("hdf5/arrays.h5").string() + ":/x");
  EXPECT_EQ(data.name(), "x");
  EXPECT_EQ(values(data), (Floats{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(labels(data), (Labels{0, 1, 0}));
  expect_rejected(ErrorKind::kUsage, {"several arrays", "group/packed (4x4)", "data.variable"},
                  test_file("hdf5/arrays.h5").string());
  expect_rejected(ErrorKind::kUsage, {"Did you mean 'half'?"}, test_file("hdf5/arrays.h5").string() + ":halb");
}

TEST_F(OwnData, LabelsCanBeInASeparateFile) {
  const std::string path = write("x.csv", "1,2\n3,4\n5,6\n");
  for (const auto& [name, text] :
       {std::pair{"y.csv", "kind\nb\na\nb\n"}, {"y.txt", "b\na\nb"}, {"n.csv", "4\n2\n4\n"}}) {
    config_.labels = write(name, text);
    EXPECT_EQ(labels(load_all(path)), (Labels{1, 0, 1})) << name;
  }
  config_.labels = write("y-idx1-ubyte", idx_header({3}) + std::string("\2\1\2"));
  EXPECT_EQ(labels(load_all(path)), (Labels{1, 0, 1}));
  config_.labels = test_file("npz/stored.npz").string() + ":y";
  EXPECT_EQ(labels(load_all(path)), (Labels{0, 1, 0}));
  config_.labels = write("five.csv", "a\nb\na\nb\nb\n");
  expect_rejected(ErrorKind::kData, {"has 5 labels", "3 samples"}, path);
  config_.labels = write("once.csv", "only\na\na\n");
  EXPECT_EQ(labels(load_all(path)), (Labels{1, 0, 0})) << "a label that occurs once is no name";
  config_.labels = write("two.csv", "id,kind\n1,b\n2,a\n3,b\n");
  expect_rejected(ErrorKind::kUsage, {"several columns", "data.label_column"}, path);
  config_.label_column = "kind";
  EXPECT_EQ(labels(load_all(path)), (Labels{1, 0, 1})) << "data.label_column is a column of the file of labels";
}

TEST_F(OwnData, LogsASingleClass) {
  config_.label_column = "2";
  load(write("one.csv", "1,7\n2,7\n3,7\n4,7\n5,7\n"));
  EXPECT_NE(log_.find("1 class: 7"), std::string::npos) << log_;
}

TEST_F(OwnData, InferredConfigLoadsTheSameData) {
  config_.label_column = "-1";
  const Dataset first = load_all(write("x.csv", "0.5,200,a\n1,3,b\n"));
  config_ = inferred_;
  const Dataset second = load_all(config_.name);
  EXPECT_EQ(values(first), values(second));
  EXPECT_EQ(labels(first), labels(second));
  EXPECT_EQ(inferred_.header, "no");
  EXPECT_EQ(inferred_.values, "numbers");
}

TEST_F(OwnData, SetsOfOneFileAreReadAlike) {
  Tensor train({4, 64}), test({4, 64});
  for (int i = 0; i < 256; ++i) {
    train.data()[i] = static_cast<float>(i % 64 * 4);
    test.data()[i] = static_cast<float>(i % 2);  // alone, these would be numbers
  }
  const std::vector<int32_t> train_labels = {0, 1, 2, 1}, test_labels = {2, 0, 0, 2};
  const auto write_sets = [&] {
    write_npz(folder_ / "sets.npz", {{"x_train", npy_bytes(train)},
                                     {"y_train", npy_bytes(train_labels)},
                                     {"x_test", npy_bytes(test)},
                                     {"y_test", npy_bytes(test_labels)}});
  };
  write_sets();
  config_.values = "auto";
  const DataSplit data = load((folder_ / "sets.npz").string());
  EXPECT_EQ(data.train.storage().type(), ElementType::kUint8);
  EXPECT_FLOAT_EQ(values(data.test)[1], 1.0f / 255);
  EXPECT_EQ(labels(data.train), (Labels{0, 1, 2, 1}));
  EXPECT_EQ(labels(data.test), (Labels{2, 0, 0, 2})) << "the test set lacks class 1";
  test.data()[7] = 255.5;
  write_sets();
  expect_rejected(ErrorKind::kUsage, {"sets.npz:x_test", "values from 0 to 255.5", "the training set has bytes"},
                  (folder_ / "sets.npz").string());
}

TEST_F(OwnData, NoSamplesAreRejected) {
  write_npy(folder_ / "none.npy", Tensor({0, 5}));
  expect_rejected(ErrorKind::kData, {"none.npy", "0x5"}, (folder_ / "none.npy").string());
}

TEST_F(OwnData, ValuesThatAreNotBytesAreRejected) {
  config_.values = "bytes";
  expect_rejected(ErrorKind::kUsage, {"values from -1 to 2.5", "data.values is bytes"},
                  write("x.csv", "-1,2.5\n1,2\n"));
}

}  // namespace
}  // namespace hourglass
