#pragma once
// Checkpoints: weights, optimizer moments and training state, to resume a run.

#include <filesystem>

#include "hourglass/autoencoder.h"
#include "train/trainer.h"

namespace hourglass {

/// Writes checkpoint.safetensors: the tensors of the model, "moment.<i>" and "best" (flat), and the state as metadata,
/// with sums stored as bits. Throws Error(kIo).
void save_checkpoint(const std::filesystem::path& path, const Autoencoder& model, const Trainer& trainer);

/// Content of a checkpoint file.
struct Checkpoint {
  Autoencoder model;
  int workers;  ///< number of workers of the run; another number gives different bits
  TrainState state;
  std::vector<AlignedVector<float>> moments;
  AlignedVector<float> best_weights;  ///< empty if there are none yet
};

/// Reads a checkpoint. Throws Error(kIo) if the file cannot be read, Error(kData) if it is truncated, has another
/// version, or its tensors do not match its config.
Checkpoint load_checkpoint(const std::filesystem::path& path);

/// Copies state, moments and best weights to a trainer of the same model. Throws Error(kData) if their sizes do not
/// match.
void restore(const Checkpoint& checkpoint, const std::filesystem::path& path, Trainer& trainer);

}  // namespace hourglass
