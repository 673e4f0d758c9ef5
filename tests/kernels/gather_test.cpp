#include "kernels/gather.h"

#include <numeric>

#include "kernels/reference/reference.h"
#include "support/each_instruction_set.h"
#include "support/guarded_floats.h"

namespace hourglass {
namespace {

constexpr int64_t kSamples = 11;
constexpr uint32_t kIndices[] = {3, 0, 10, 3, 7}, kUpcoming[] = {1, 2, 4, 10, 0};

std::vector<uint8_t> random_bytes(int64_t size) {
  RandomStream random(1, RandomPurpose::kShuffle, 0);
  std::vector<uint8_t> bytes(static_cast<size_t>(size));
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random.below(256));
  return bytes;
}

class GatherTest : public EachInstructionSet {};
RUN_ON_EACH_INSTRUCTION_SET(GatherTest);

TEST_P(GatherTest, EqualsReferenceForEveryWidth) {
  for (const ByteTransform& transform : {ByteTransform{false, 0.5f}, {true, 0.5f}, {true, 0.0f}}) {
    for (const int64_t dim : {1, 2, 3, 7, 8, 15, 16, 17, 31, 33, 64, 100, 784}) {
      const std::vector<uint8_t> bytes = random_bytes(kSamples * dim);
      GuardedFloats out(5 * dim), ahead(5 * dim, 3), expected(5 * dim);
      gather_bytes(transform, 5, dim, bytes.data(), kIndices, nullptr, out.data());
      gather_bytes(transform, 5, dim, bytes.data(), kIndices, kUpcoming, ahead.data());
      reference::gather_bytes(transform, 5, dim, bytes.data(), kIndices, nullptr, expected.data());
      ASSERT_TRUE(out.intact() && ahead.intact());
      for (int64_t i = 0; i < out.size(); ++i) {
        ASSERT_NEAR(out[i], expected[i], 1e-7) << "width " << dim << ", value " << i;
        ASSERT_EQ(ahead[i], out[i]) << "width " << dim << ", value " << i;
      }
    }
  }
}

TEST_P(GatherTest, EveryByteIsScaledAndComparedRightly) {
  std::vector<uint8_t> bytes(256);
  std::iota(bytes.begin(), bytes.end(), uint8_t{0});
  GuardedFloats scaled(256), binary(256);
  transform_bytes({false, 0}, 256, bytes.data(), scaled.data());
  transform_bytes({true, 0.5f}, 256, bytes.data(), binary.data());
  EXPECT_TRUE(scaled.intact() && binary.intact());
  EXPECT_EQ(scaled[0], 0);
  EXPECT_EQ(scaled[255], 1);
  for (int64_t i = 0; i < 256; ++i) {
    EXPECT_NEAR(static_cast<double>(scaled[i]), static_cast<double>(i) / 255, 1e-7);
    EXPECT_EQ(binary[i], i >= 128 ? 1 : 0) << i;  // 127 / 255 < 0.5 < 128 / 255
  }
}

// The value of a byte must not depend on where in a row it stands: whole vectors and the rest of a row agree.
TEST_P(GatherTest, EveryPlaceInARowGivesTheSameBits) {
  for (const ByteTransform& transform : {ByteTransform{false, 0}, {true, 127.0f / 255}, {true, 0.2f}}) {
    for (int value = 0; value < 256; ++value) {
      const std::vector<uint8_t> bytes(37, static_cast<uint8_t>(value));
      GuardedFloats out(37);
      transform_bytes(transform, 37, bytes.data(), out.data());
      for (int64_t i = 1; i < 37; ++i) ASSERT_EQ(out[i], out[0]) << value;
    }
  }
}

}  // namespace
}  // namespace hourglass
