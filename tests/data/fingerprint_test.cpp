#include "hourglass/fingerprint.h"

#include <gtest/gtest.h>

#include "support/tiny.h"

namespace hourglass {
namespace {

TEST(Fingerprint, DependsOnTheSamplesAndNotOnTheirOrderOrSplit) {
  const Dataset all = tiny_dataset(100);
  const DataFingerprint whole = fingerprint({all, {}, {}});
  EXPECT_EQ(whole.samples, 100);
  EXPECT_EQ(whole.values, 8);
  EXPECT_EQ(fingerprint({all.slice(0, 60), all.slice(60, 90), all.slice(90, 100)}), whole);
  EXPECT_EQ(fingerprint({all, {}, {}}, {.threads = 3}), whole);
  std::vector<int64_t> reversed;
  for (int64_t i = 99; i >= 0; --i) reversed.push_back(i);
  EXPECT_EQ(fingerprint({all.select(reversed), {}, {}}), whole);
}

TEST(Fingerprint, OfSparseSamplesIsThatOfAllValues) {
  const Dataset sparse("x", {3}, SampleStorage::sparse({0, 1, 1}, {{1, 5}}, 3));
  const Dataset full("x", {3}, SampleStorage::of_floats({0, 5, 0, 0, 0, 0}));
  EXPECT_EQ(fingerprint({sparse, {}, {}}), fingerprint({full, {}, {}}));
}

TEST(Fingerprint, ChangesWithAnyValue) {
  std::vector<uint8_t> bytes(800, 7);
  const DataFingerprint before = fingerprint({Dataset("x", {8}, bytes), {}, {}});
  for (const size_t i : {size_t{0}, size_t{399}, size_t{799}}) {
    bytes[i] ^= 1;
    EXPECT_NE(fingerprint({Dataset("x", {8}, bytes), {}, {}}).checksum, before.checksum) << i;
    bytes[i] ^= 1;
  }
  EXPECT_NE(fingerprint({tiny_dataset(99), {}, {}}), fingerprint({tiny_dataset(100), {}, {}}));
  // Two equal samples must not cancel each other, as with exclusive or.
  EXPECT_NE(fingerprint({Dataset("x", {1}, std::vector<uint8_t>{1, 1}), {}, {}}).checksum,
            fingerprint({Dataset("x", {1}, std::vector<uint8_t>{2, 2}), {}, {}}).checksum);
}

}  // namespace
}  // namespace hourglass
