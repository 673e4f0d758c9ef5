#include "model_summary.h"

#include <fmt/format.h>

#include <vector>

#include "hourglass/trainer.h"
#include "text.h"

namespace hourglass::cli {

std::string model_summary(const Autoencoder& model, const Context& context) {
  std::vector<std::vector<std::string>> rows = {{"part", "layer", "output", "parameters"},
                                                {"input", "", to_string(model.sample_shape()), ""}};
  std::string part;
  for (const LayerSummary& layer : model.summary()) {
    rows.push_back({layer.part == part ? "" : layer.part, layer.layer, to_string(layer.output_shape),
                    layer.num_parameters > 0 ? count(layer.num_parameters) : ""});
    part = layer.part;
  }
  rows.push_back({"total", "", "", count(model.num_parameters())});
  const MemorySummary memory = training_memory(model, context);
  return table("<<>>", rows) + fmt::format("\n  memory    {}: weights {}, gradients {}, optimizer {}, activations {}",
                                           bytes(memory.total()), bytes(memory.parameters), bytes(memory.gradients),
                                           bytes(memory.moments), bytes(memory.activations));
}

}  // namespace hourglass::cli
