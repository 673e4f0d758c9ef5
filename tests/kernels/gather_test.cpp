#include "kernels/gather.h"

#include <cmath>
#include <limits>
#include <numeric>

#include "kernels/reference/reference.h"
#include "support/each_instruction_set.h"
#include "support/guarded_floats.h"

namespace hourglass {
namespace {

constexpr int64_t kSamples = 11;
constexpr uint32_t kIndices[] = {3, 0, 10, 3, 7}, kUpcoming[] = {1, 2, 4, 10, 0};
constexpr ValueTransform kByteTransform{.scale = 1.0f / 255};

std::vector<uint8_t> random_bytes(int64_t size) {
  RandomStream random(1, RandomPurpose::kShuffle, 0);
  std::vector<uint8_t> bytes(static_cast<size_t>(size));
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random.below(256));
  return bytes;
}

class GatherTest : public EachInstructionSet {};
RUN_ON_EACH_INSTRUCTION_SET(GatherTest);

template <class Value>
void expect_reference(const ValueTransform& transform, int64_t dim, const Value* values) {
  for (const uint32_t* indices : {kIndices, static_cast<const uint32_t*>(nullptr)}) {
    GuardedFloats out(5 * dim), prefetched(5 * dim, 3), expected(5 * dim);
    gather_rows(transform, 5, dim, values, indices, nullptr, out.data());
    gather_rows(transform, 5, dim, values, indices, kUpcoming, prefetched.data());
    reference::gather_rows(transform, 5, dim, values, indices, nullptr, expected.data());
    ASSERT_TRUE(out.intact() && prefetched.intact());
    for (int64_t i = 0; i < out.size(); ++i) {
      ASSERT_NEAR(out[i], expected[i], 6e-7) << "width " << dim << ", value " << i;
      ASSERT_EQ(prefetched[i], out[i]) << "width " << dim << ", value " << i;
    }
  }
}

TEST_P(GatherTest, EqualsReferenceForEveryWidth) {
  for (const int64_t dim : {1, 2, 3, 7, 8, 15, 16, 17, 31, 33, 64, 100, 784}) {
    const std::vector<uint8_t> bytes = random_bytes(kSamples * dim);
    const std::vector<float> floats = random_floats(kSamples * dim, 2);
    std::vector<float> with_missing = floats;
    for (size_t i = 0; i < with_missing.size(); i += 5) with_missing[i] = std::numeric_limits<float>::quiet_NaN();
    const GuardedFloats shifts(random_floats(dim, 3)), scales(random_floats(dim, 4, 0.5f, 2)),
        byte_scales(random_floats(dim, 5, 0.001f, 0.005f)), missing(random_floats(dim, 6));
    for (const bool binarize : {false, true}) {
      for (const float threshold : {0.0f, 0.5f}) {
        ValueTransform transform = kByteTransform;
        transform.binarize = binarize;
        transform.low = binarize ? -std::numeric_limits<float>::infinity() : -0.4f;
        transform.high = binarize ? std::numeric_limits<float>::infinity() : 0.6f;
        transform.threshold = threshold;
        expect_reference(transform, dim, bytes.data());
        transform.shift = 0.25f;
        transform.scale = 3;
        expect_reference(transform, dim, floats.data());
        transform.shifts = shifts.data();
        transform.scales = byte_scales.data();
        expect_reference(transform, dim, bytes.data());
        transform.scales = scales.data();
        expect_reference(transform, dim, floats.data());
        transform.missing = missing.data();
        expect_reference(transform, dim, with_missing.data());
      }
    }
  }
}

template <class Half>
void expect_every_half_is_widened() {
  std::vector<Half> halves(65536 + 5);  // the last ones are not a whole vector
  for (size_t i = 0; i < halves.size(); ++i) halves[i].bits = static_cast<uint16_t>(i);
  const auto size = static_cast<int64_t>(halves.size());
  GuardedFloats widened(size);
  gather_rows({}, 1, size, halves.data(), nullptr, nullptr, widened.data());
  EXPECT_TRUE(widened.intact());
  for (int64_t i = 0; i < size; ++i) {
    const float expected = halves[static_cast<size_t>(i)];
    if (std::isnan(expected))
      EXPECT_TRUE(std::isnan(widened[i])) << i;
    else
      EXPECT_EQ(widened[i], expected) << i;
  }
  reference::gather_rows({}, 1, size, halves.data(), nullptr, nullptr, widened.data());
  EXPECT_EQ(widened[1000], static_cast<float>(halves[1000]));
}

TEST_P(GatherTest, EveryValueOfHalfPrecisionIsWidened) {
  expect_every_half_is_widened<Float16>();
  expect_every_half_is_widened<Bfloat16>();
}

TEST_P(GatherTest, EveryByteIsScaledAndBinarizedCorrectly) {
  std::vector<uint8_t> bytes(256);
  std::iota(bytes.begin(), bytes.end(), uint8_t{0});
  GuardedFloats scaled(256), binary(256);
  gather_rows(kByteTransform, 1, 256, bytes.data(), nullptr, nullptr, scaled.data());
  gather_rows({.scale = 1.0f / 255, .binarize = true}, 1, 256, bytes.data(), nullptr, nullptr, binary.data());
  EXPECT_TRUE(scaled.intact() && binary.intact());
  EXPECT_EQ(scaled[0], 0);
  EXPECT_EQ(scaled[255], 1);
  for (int64_t i = 0; i < 256; ++i) {
    EXPECT_NEAR(static_cast<double>(scaled[i]), static_cast<double>(i) / 255, 1e-7);
    EXPECT_EQ(binary[i], i >= 128 ? 1 : 0) << i;  // 127 / 255 < 0.5 < 128 / 255
  }
}

// The result for a byte must not depend on its position in the row: whole vectors and the rest of a row agree.
TEST_P(GatherTest, EveryPositionInARowGivesTheSameBits) {
  const std::vector<float> shifts(37, 3.7f), scales(37, 0.0123f);
  ValueTransform by_feature{.shifts = shifts.data(), .scales = scales.data()};
  ValueTransform binary = kByteTransform;
  binary.binarize = true;
  binary.threshold = 127.0f / 255;
  for (const ValueTransform& transform : {kByteTransform, binary, by_feature}) {
    for (int value = 0; value < 256; ++value) {
      const std::vector<uint8_t> bytes(37, static_cast<uint8_t>(value));
      GuardedFloats out(37);
      gather_rows(transform, 1, 37, bytes.data(), nullptr, nullptr, out.data());
      for (int64_t i = 1; i < 37; ++i) ASSERT_EQ(out[i], out[0]) << value;
    }
  }
}

TEST_P(GatherTest, OnlyMissingValuesAreReplaced) {
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN(), kInfinity = std::numeric_limits<float>::infinity();
  std::vector<float> values(21, -2);
  values[3] = kNan;
  values[4] = kInfinity;
  values[20] = -kInfinity;
  const std::vector<float> missing(21, 7);
  GuardedFloats out(21), kept(21);
  gather_rows({.missing = missing.data()}, 1, 21, values.data(), nullptr, nullptr, out.data());
  gather_rows({}, 1, 21, values.data(), nullptr, nullptr, kept.data());
  for (int64_t i = 0; i < 21; ++i) EXPECT_EQ(out[i], i == 3 || i == 4 || i == 20 ? 7 : -2) << i;
  EXPECT_TRUE(std::isnan(kept[3]));
  EXPECT_EQ(kept[20], -kInfinity);
}

}  // namespace
}  // namespace hourglass
