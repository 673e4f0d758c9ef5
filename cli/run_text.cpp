#include "run_text.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "core/text.h"
#include "text.h"

namespace hourglass::cli {
namespace {

std::string kl_text(const ObjectiveConfig& objective) {
  std::vector<std::string> notes;
  if (objective.kl_warmup_epochs > 0) notes.push_back(fmt::format("grown over {} epochs", objective.kl_warmup_epochs));
  if (objective.kl_free_nats > 0) notes.push_back(fmt::format("{} free nats per unit", objective.kl_free_nats));
  return fmt::format(" + {:.4g} kl{}", objective.kl_weight, notes.empty() ? "" : " (" + join(notes) + ")");
}

}  // namespace

std::string objective_text(const ObjectiveConfig& objective, bool has_kl) {
  std::string text = objective.reduction == "sum" ? "sum of " + objective.reconstruction : objective.reconstruction;
  if (objective.reconstruction_weight != 1) text = fmt::format("{} {}", objective.reconstruction_weight, text);
  const std::string of_part = objective.penalized_weights == "all" ? "" : " of the " + objective.penalized_weights;
  for (const auto& [name, weight] :
       {std::pair{"weight_l1" + of_part, objective.weight_l1}, std::pair{"weight_l2" + of_part, objective.weight_l2},
        std::pair{std::string("latent_l1"), objective.latent_l1}})
    if (weight > 0) text += fmt::format(" + {} {}", weight, name);
  if (objective.latent_kl_beta > 0)
    text += fmt::format(" + {} latent_kl (rho {})", objective.latent_kl_beta, objective.latent_kl_rho);
  return has_kl && objective.kl_weight > 0 ? text + kl_text(objective) : text;
}

std::string optimizer_text(const TrainConfig& train) {
  if (train.optimizer == "lbfgs") return fmt::format("lbfgs with {} iterations per epoch", train.lbfgs_iterations);
  return fmt::format("{} at {}", train.optimizer, train.learning_rate);
}

std::string batch_text(const TrainConfig& train) {
  if (train.batch_size == 0) return "the whole training set per step";
  const std::string batches = "batches of " + count(train.batch_size);
  return train.accumulate > 1 ? fmt::format("{} {} per step", count(train.accumulate), batches) : batches;
}

std::string schedule_text(const TrainConfig& train) {
  std::vector<std::string> parts;
  const auto drop = [&](const char* what) {
    return fmt::format("{}, times {} {} {}", train.schedule, train.schedule_factor, what, count(train.schedule_every));
  };
  if (train.schedule == "exponential") parts.push_back(drop("every") + " steps");
  if (train.schedule == "step") parts.push_back(drop("every") + " epochs");
  if (train.schedule == "plateau") parts.push_back(drop("after") + " epochs without a better loss");
  if (train.schedule == "cosine") parts.push_back("cosine, to 0 at the end");
  if (train.warmup_epochs > 0) parts.push_back(fmt::format("grown from 0 over {} epochs", train.warmup_epochs));
  return join(parts);
}

std::string patience_text(const TrainConfig& train) {
  if (train.patience == 0) return "";
  return fmt::format("after {} epochs without a validation loss lower{}, with the weights of the best",
                     count(train.patience), train.min_delta > 0 ? fmt::format(" by {}", train.min_delta) : "");
}

std::string clipping_text(const TrainConfig& train) {
  std::vector<std::string> parts;
  if (train.clip_norm > 0) parts.push_back(fmt::format("gradients to a norm of {}", train.clip_norm));
  if (train.clip_value > 0) parts.push_back(fmt::format("gradient elements to +-{}", train.clip_value));
  return join(parts);
}

}  // namespace hourglass::cli
