// Trains on images in memory and encodes each of them as a few numbers.
#include <hourglass/hourglass.h>

#include <cstdint>
#include <cstdio>
#include <vector>

namespace {

// Example data: gray images of `size` x `size` bytes, each with a bright square at a different position.
std::vector<uint8_t> squares(int count, int size) {
  std::vector<uint8_t> pixels;
  for (int i = 0; i < count; ++i) {
    const int left = i % (size - 5), top = (i / 7) % (size - 5);
    for (int y = 0; y < size; ++y)
      for (int x = 0; x < size; ++x) pixels.push_back(x >= left && x < left + 5 && y >= top && y < top + 5 ? 255 : 0);
  }
  return pixels;
}

}  // namespace

int main() {
  const int size = 16;
  const hourglass::Dataset all("squares", {size, size, 1}, squares(1200, size));
  const hourglass::DataSplit data{all.slice(0, 1000), all.slice(1000, 1200)};

  hourglass::Config config;
  config.model.encoder = {"linear 64", "relu", "linear 8"};
  config.model.decoder = {"linear 64", "relu", "linear output", "sigmoid"};
  config.train.batch_size = 50;
  config.train.epochs = 20;
  hourglass::Autoencoder model(config, data.train);
  hourglass::train(model, data);

  const hourglass::Tensor latents = model.encode(data.test);
  for (int i = 0; i < 3; ++i) {
    std::printf("image %d:", i);
    for (float value : latents.row(i)) std::printf(" %6.2f", static_cast<double>(value));
    std::printf("\n");
  }
}
