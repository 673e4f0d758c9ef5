#include "optim/optimizer.h"

#include "core/text.h"
#include "hourglass/error.h"
#include "optim/adam.h"
#include "optim/sgd.h"

namespace hourglass {

std::unique_ptr<Optimizer> make_optimizer(const TrainConfig& config) {
  if (config.optimizer == "sgd") return std::make_unique<Sgd>(config.momentum, config.nesterov);
  if (config.optimizer == "adam") return std::make_unique<Adam>(config.beta1, config.beta2, config.epsilon, 0);
  if (config.optimizer == "adamw")
    return std::make_unique<Adam>(config.beta1, config.beta2, config.epsilon, config.weight_decay);
  throw Error(ErrorKind::kUsage, "Unknown optimizer '" + config.optimizer + "'." +
                                     did_you_mean(config.optimizer, {"sgd", "adam", "adamw"}));
}

}  // namespace hourglass
