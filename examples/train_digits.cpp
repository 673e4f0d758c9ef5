// Trains an autoencoder on the built-in digits, saves it, loads it, and uses its encoder and decoder.
#include <hourglass/hourglass.h>

#include <cstdio>

int main() {
  hourglass::Config config = hourglass::preset_config("fc");
  config.data.synthetic_train = 5000;
  config.train.epochs = 3;

  const hourglass::DataSplit data = hourglass::load_dataset(config.data);
  hourglass::Autoencoder model(config, data.train);

  hourglass::TrainCallbacks callbacks;
  callbacks.on_epoch = [](const hourglass::EpochRecord& epoch) {
    std::printf("epoch %d  loss %.5f  test loss %.5f\n", static_cast<int>(epoch.epoch), epoch.train.total(),
                epoch.test.total());
    return true;  // continue
  };
  hourglass::train(model, data, callbacks);
  model.save("digits.safetensors");

  const auto loaded = hourglass::Autoencoder::load("digits.safetensors");
  const hourglass::Dataset some = data.test.slice(0, 16);
  const hourglass::Tensor latents = loaded.encode(some);    // {16, 64}
  const hourglass::Tensor images = loaded.decode(latents);  // {16, 28, 28, 1}
  const hourglass::Tensor same = loaded.reconstruct(some);  // encode and decode in one call
  hourglass::write_image_grid("digits.png", {{"decoded", images}, {"reconstructed", same}});
  std::printf("test mse %.5f\n", hourglass::reconstruction_metrics(loaded, data.test).mse);
}
