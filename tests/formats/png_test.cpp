#include "formats/png.h"

#include <gtest/gtest.h>

#include <string>

#include "formats/image.h"
#include "support/expect_error.h"
#include "support/temporary_folder.h"

namespace hourglass {
namespace {

std::vector<uint8_t> pattern(size_t size) {
  std::vector<uint8_t> bytes(size);
  for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<uint8_t>(i * 37);
  return bytes;
}

TEST(Png, ReadsWhatItWrote) {
  const TemporaryFolder folder;
  for (int channels : {1, 2, 3, 4}) {
    const std::vector<uint8_t> bytes = pattern(static_cast<size_t>(7 * 5 * channels));
    write_png(folder / "x.png", 7, 5, channels, bytes);
    const DecodedImage image = read_image(folder / "x.png");
    EXPECT_EQ(image.width, 7);
    EXPECT_EQ(image.height, 5);
    EXPECT_EQ(image.channels, channels);
    EXPECT_EQ(image.bytes, bytes);
  }
}

TEST(Png, RejectsInvalidSizes) {
  const TemporaryFolder folder;
  const auto write = [&](int width, int height, int channels) {
    write_png(folder / "x.png", width, height, channels, pattern(12));
  };
  expect_error(ErrorKind::kUsage, {"12 bytes", "4x4"}, [&] { write(4, 4, 1); });
  expect_error(ErrorKind::kUsage, {"0x12"}, [&] { write(0, 12, 1); });
  expect_error(ErrorKind::kUsage, {"6 channels"}, [&] { write(2, 1, 6); });
}

TEST(Png, ErrorNamesAnUnwritablePath) {
  const TemporaryFolder folder;
  expect_error(ErrorKind::kIo, {"nowhere"}, [&] { write_png(folder / "nowhere" / "x.png", 3, 4, 1, pattern(12)); });
}

}  // namespace
}  // namespace hourglass
