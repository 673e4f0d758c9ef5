#pragma once
// The page of a run.

#include "hourglass/autoencoder.h"
#include "hourglass/context.h"
#include "hourglass/dataset.h"
#include "hourglass/run_folder.h"

namespace hourglass {

/// Writes `folder.report()`, a self-contained HTML file with the run's metrics, training curves, reconstructions,
/// latent space, and the decoder, which runs in the page. `model` and `data` are those of the run. Reads history.csv,
/// summary.json and evaluation.json if they exist.
/// Throws Error(kUsage) if the samples do not fit the model, Error(kData) if a file of the run is malformed, and
/// Error(kIo) if the page cannot be written.
void write_report(const RunFolder& folder, const Autoencoder& model, const DataSplit& data,
                  const Context& context = {});

}  // namespace hourglass
