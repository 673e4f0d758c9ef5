#pragma once
// The whole public API.

#include "hourglass/autoencoder.h"  // IWYU pragma: export
#include "hourglass/config.h"       // IWYU pragma: export
#include "hourglass/context.h"      // IWYU pragma: export
#include "hourglass/dataset.h"      // IWYU pragma: export
#include "hourglass/error.h"        // IWYU pragma: export
#include "hourglass/image.h"        // IWYU pragma: export
#include "hourglass/loss.h"         // IWYU pragma: export
#include "hourglass/metrics.h"      // IWYU pragma: export
#include "hourglass/report.h"       // IWYU pragma: export
#include "hourglass/tensor.h"       // IWYU pragma: export
#include "hourglass/trainer.h"      // IWYU pragma: export
