// Trains on a matrix of own numbers, and finds the row that the model reconstructs worst.
#include <hourglass/hourglass.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

int main() {
  constexpr int kRows = 1000, kFeatures = 3;
  std::vector<float> values;  // row-major, in any units
  for (int i = 0; i < kRows; ++i) {
    const float t = 0.1f * static_cast<float>(i);
    values.insert(values.end(), {100 + 4 * std::sin(t), 20 - 2 * std::sin(t), 5 * std::cos(t)});
  }
  values[3 * 500] = 130;  // an unusual value

  const auto data = hourglass::Dataset::from(values, {kRows, kFeatures});
  hourglass::Config config;
  config.model.encoder = {"linear 16", "tanh", "linear 1"};
  config.model.decoder = {"linear 16", "tanh", "linear output"};
  config.train.epochs = 20;
  hourglass::Autoencoder model(config, data);  // standardizes the features, since they are not in [0, 1]
  hourglass::train(model, {data, {}, {}});

  const hourglass::Tensor reconstructed = model.reconstruct(data);  // in the units of the data
  const std::vector<double> errors = hourglass::squared_errors(data.read(), reconstructed);
  std::printf("row %d is the most unusual\n", static_cast<int>(std::ranges::max_element(errors) - errors.begin()));
}
