#include "core/text.h"

#include <gtest/gtest.h>

namespace hourglass {
namespace {

TEST(Text, FindsTheNearestWord) {
  const std::vector<std::string> words = {"linear", "relu", "leaky_relu", "sigmoid"};
  EXPECT_EQ(nearest("liner", words), "linear");
  EXPECT_EQ(nearest("rleu", words), "relu");
  EXPECT_EQ(nearest("leaky-relu", words), "leaky_relu");
  EXPECT_EQ(nearest("sigmoidd", words), "sigmoid");
  EXPECT_EQ(nearest("convolution", words), "");
  EXPECT_EQ(nearest("relu", {}), "");
}

TEST(Text, FindsAKeyWithoutItsTable) {
  EXPECT_EQ(nearest("epochs", {"train.batch_size", "train.epochs"}), "train.epochs");
  EXPECT_EQ(nearest("epoch", {"train.batch_size", "train.epochs"}), "train.epochs");
}

TEST(Text, FindsANameByAPartOfIt) {
  const std::vector<std::string> metrics = {"r2", "psnr_mean", "kmeans_silhouette", "kmeans_ari", "knn_error"};
  EXPECT_EQ(nearest("psnr", metrics), "psnr_mean");
  EXPECT_EQ(nearest("silhouete", metrics), "kmeans_silhouette");
  EXPECT_EQ(nearest("ari", metrics), "kmeans_ari");
  EXPECT_EQ(nearest("knn-error", metrics), "knn_error");
}

TEST(Text, OfAShortWordOneChangeIsClose) {
  EXPECT_EQ(nearest("mze", {"mae_x", "mse"}), "mse");
  EXPECT_EQ(nearest("f1", {"r2", "kl"}), "");
}

TEST(Text, SuggestsOrLists) {
  EXPECT_EQ(did_you_mean("mnits", {"mnist", "fashion-mnist"}), " Did you mean 'mnist'?");
  EXPECT_EQ(did_you_mean("zzzzzz", {"a1", "b2"}), " Known: a1, b2.");
}

TEST(Text, FormatsCounts) {
  EXPECT_EQ(count(0), "0");
  EXPECT_EQ(count(999), "999");
  EXPECT_EQ(count(60000), "60,000");
  EXPECT_EQ(count(-1234567), "-1,234,567");
}

TEST(Text, FormatsSeconds) {
  EXPECT_EQ(seconds_text(0.04), "0.0 s");
  EXPECT_EQ(seconds_text(89.94), "89.9 s");
  EXPECT_EQ(seconds_text(504), "8.4 min");
}

TEST(Text, Joins) {
  EXPECT_EQ(join({}), "");
  EXPECT_EQ(join({"a"}), "a");
  EXPECT_EQ(join({"a", "b", "c"}), "a, b, c");
  EXPECT_EQ(join({"a", "b"}, "-"), "a-b");
}

TEST(Text, NumbersNamesThatOccurAgain) {
  std::vector<std::string> names = {"a", "b", "a", "a.2", "a", "b"};
  const std::vector<RenamedName> renamed = number_duplicates(names);
  EXPECT_EQ(names, (std::vector<std::string>{"a", "b", "a.3", "a.2", "a.4", "b.2"}));
  ASSERT_EQ(renamed.size(), 3u);
  EXPECT_EQ(renamed[2].index, 5u);
  EXPECT_EQ(renamed[2].before, "b");
}

TEST(Text, Trims) {
  EXPECT_EQ(trim(" \ta b\n"), "a b");
  EXPECT_EQ(trim("ab"), "ab");
  EXPECT_EQ(trim(" \n "), "");
  EXPECT_EQ(trim(""), "");
}

TEST(ShellWord, IsQuotedIfItMustBe) {
  EXPECT_EQ(shell_word("runs/fc-mnist"), "runs/fc-mnist");
  EXPECT_EQ(shell_word("my runs/a"), "'my runs/a'");
  EXPECT_EQ(shell_word("it's"), "'it'\\''s'");
  EXPECT_EQ(shell_word(""), "''");
}

}  // namespace
}  // namespace hourglass
