#pragma once
// What a stopped run goes on from: weights, moments, and where in the epochs it was.

#include <filesystem>

#include "hourglass/autoencoder.h"
#include "train/trainer.h"

namespace hourglass {

/// Writes checkpoint.safetensors: the model's tensors, "moment.<i>" and "best" (flat), and the state as metadata; sums
/// as their bits. Throws Error(kIo).
void save_checkpoint(const std::filesystem::path& path, const Autoencoder& model, const Trainer& trainer);

/// A checkpoint that was read, before a trainer takes it over.
struct Checkpoint {
  Autoencoder model;
  int workers;  ///< of the run that wrote it; other numbers give other bits
  TrainState state;
  std::vector<AlignedVector<float>> moments;
  AlignedVector<float> best_weights;  ///< empty where there are none yet
};

/// Throws Error(kIo) where the file cannot be read, Error(kData) where it is cut short, of another version, or its
/// tensors do not match its config.
Checkpoint load_checkpoint(const std::filesystem::path& path);

/// Hands state and moments to a trainer of the same model. Throws Error(kData) where the moments or
/// the best weights do not fit.
void restore(const Checkpoint& checkpoint, const std::filesystem::path& path, Trainer& trainer);

}  // namespace hourglass
