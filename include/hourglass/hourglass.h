#pragma once
// The whole public API.

#include "hourglass/adapt.h"              // IWYU pragma: export
#include "hourglass/anomaly_labels.h"     // IWYU pragma: export
#include "hourglass/autoencoder.h"        // IWYU pragma: export
#include "hourglass/calibration.h"        // IWYU pragma: export
#include "hourglass/classification.h"     // IWYU pragma: export
#include "hourglass/clustering.h"         // IWYU pragma: export
#include "hourglass/column_statistics.h"  // IWYU pragma: export
#include "hourglass/config.h"             // IWYU pragma: export
#include "hourglass/context.h"            // IWYU pragma: export
#include "hourglass/dataset.h"            // IWYU pragma: export
#include "hourglass/dataset_blocks.h"     // IWYU pragma: export
#include "hourglass/denoising.h"          // IWYU pragma: export
#include "hourglass/density.h"            // IWYU pragma: export
#include "hourglass/detection.h"          // IWYU pragma: export
#include "hourglass/detection_metrics.h"  // IWYU pragma: export
#include "hourglass/detection_report.h"   // IWYU pragma: export
#include "hourglass/detector.h"           // IWYU pragma: export
#include "hourglass/error.h"              // IWYU pragma: export
#include "hourglass/evaluation.h"         // IWYU pragma: export
#include "hourglass/fingerprint.h"        // IWYU pragma: export
#include "hourglass/generation.h"         // IWYU pragma: export
#include "hourglass/image.h"              // IWYU pragma: export
#include "hourglass/latent_statistics.h"  // IWYU pragma: export
#include "hourglass/likelihood.h"         // IWYU pragma: export
#include "hourglass/loss.h"               // IWYU pragma: export
#include "hourglass/mask.h"               // IWYU pragma: export
#include "hourglass/metrics.h"            // IWYU pragma: export
#include "hourglass/pca.h"                // IWYU pragma: export
#include "hourglass/report.h"             // IWYU pragma: export
#include "hourglass/run_data.h"           // IWYU pragma: export
#include "hourglass/run_folder.h"         // IWYU pragma: export
#include "hourglass/sampling.h"           // IWYU pragma: export
#include "hourglass/tensor.h"             // IWYU pragma: export
#include "hourglass/trainer.h"            // IWYU pragma: export
#include "hourglass/value_range.h"        // IWYU pragma: export
