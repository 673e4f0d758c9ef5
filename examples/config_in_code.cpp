// Shows three ways to set options, the summary of a model before training, and how errors are reported.
#include <hourglass/hourglass.h>

#include <cstdio>

int main() {
  hourglass::Config config = hourglass::preset_config("rae");  // a preset ...
  config = hourglass::parse_config(R"(
[model]
encoder = ["linear 256", "gelu", "linear 20"]
decoder = ["linear 256", "gelu", "linear output", "sigmoid"]
)",
                                   "my_config.toml", config);  // ... changed by TOML ...
  hourglass::set_option(config, "objective.weight_l2=1e-6");   // ... by text as on the command line ...
  config.train.learning_rate = 5e-4;                           // ... and in code

  const hourglass::Autoencoder model(config, {28, 28, 1});
  for (const hourglass::LayerSummary& layer : model.summary())
    std::printf("%-8s %-12s %-10s %8ld parameters\n", layer.part.c_str(), layer.layer.c_str(),
                hourglass::to_string(layer.output_shape).c_str(), static_cast<long>(layer.num_parameters));

  try {
    hourglass::set_option(config, "train.epoch=5");
  } catch (const hourglass::Error& error) {
    std::printf("\nErrors are exceptions: %s\n", error.what());
  }
}
