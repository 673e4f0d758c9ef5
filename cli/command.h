#pragma once
// What the program can do: one function a subcommand, each in the file of its name.

#include <CLI/CLI.hpp>
#include <functional>

#include "hourglass/error.h"

namespace hourglass::cli {

enum ExitCode { kDone = 0, kInternal = 1, kUsage = 2, kData = 3, kDiverged = 4, kIo = 5 };

/// The exit code of a failure.
int exit_code(ErrorKind kind);

/// Runs a subcommand once its arguments are parsed; returns the exit code.
using Action = std::function<int()>;

// Each declares its arguments on `app`.
Action declare_train(CLI::App& app);
Action declare_evaluate(CLI::App& app);
Action declare_reconstruct(CLI::App& app);
Action declare_encode(CLI::App& app);
Action declare_report(CLI::App& app);
Action declare_compare(CLI::App& app);
Action declare_decode(CLI::App& app);
Action declare_cluster(CLI::App& app);
Action declare_sample(CLI::App& app);
Action declare_traverse(CLI::App& app);
Action declare_interpolate(CLI::App& app);
Action declare_denoise(CLI::App& app);
Action declare_sweep(CLI::App& app);
Action declare_reproduce(CLI::App& app);
Action declare_models(CLI::App& app);
Action declare_options(CLI::App& app);
Action declare_data_list(CLI::App& app);
Action declare_data_info(CLI::App& app);
Action declare_data_show(CLI::App& app);
Action declare_data_fetch(CLI::App& app);

}  // namespace hourglass::cli
