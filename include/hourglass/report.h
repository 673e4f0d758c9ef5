#pragma once
// The page of a run.

#include "hourglass/autoencoder.h"
#include "hourglass/context.h"
#include "hourglass/dataset.h"
#include "hourglass/trainer.h"

namespace hourglass {

/// Writes `folder.report()`: one HTML file, which needs no other and no network, with the run's numbers, its training
/// curves, pictures of what the model does to test images, its latent space, and its decoder, run by the page itself.
/// `model` and `data` are those of the run; history.csv, summary.json and evaluation.json are read where they are.
/// Throws Error(kUsage) where the samples do not fit the model, Error(kData) for a malformed file of the run,
/// Error(kIo) where the page cannot be written.
void write_report(const RunFolder& folder, const Autoencoder& model, const DataParts& data,
                  const Context& context = {});

}  // namespace hourglass
