// Ends with 0 where an installed Hourglass trains and encodes.
#include <hourglass/hourglass.h>

int main() {
  hourglass::Config config = hourglass::preset_config("fc");
  config.data.synthetic_train = 256;
  config.data.synthetic_test = 64;
  config.train.epochs = 1;
  const hourglass::DataSplit data = hourglass::load_dataset(config.data);
  hourglass::Autoencoder model(config, data.train);
  const hourglass::TrainResult result = hourglass::train(model, data);
  return result.finished && model.encode(data.test).rows() == 64 ? 0 : 1;
}
