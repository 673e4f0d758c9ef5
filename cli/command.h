#pragma once
// The commands of the program: one function per command, each in the file of its name.

#include <functional>
#include <string>
#include <vector>

#include "arguments.h"
#include "hourglass/error.h"

namespace hourglass::cli {

enum ExitCode { kDone = 0, kInternal = 1, kUsage = 2, kData = 3, kDiverged = 4, kIo = 5 };

/// Exit code of a failure.
int exit_code(ErrorKind kind);

/// Runs a command after its arguments are parsed; returns the exit code.
using Action = std::function<int()>;

/// One command of the program.
struct Command {
  std::string name;     ///< "train", or "data fetch" for a command of the group "data"
  std::string summary;  ///< one line, without a period
  Action (*declare)(Arguments&);
};

/// All commands, in the order of the overview.
const std::vector<Command>& commands();

/// What the exit codes mean.
std::string exit_code_text();

// Each declares its arguments.
Action declare_train(Arguments& arguments);
Action declare_evaluate(Arguments& arguments);
Action declare_detect(Arguments& arguments);
Action declare_reconstruct(Arguments& arguments);
Action declare_encode(Arguments& arguments);
Action declare_embed(Arguments& arguments);
Action declare_similar(Arguments& arguments);
Action declare_report(Arguments& arguments);
Action declare_compare(Arguments& arguments);
Action declare_decode(Arguments& arguments);
Action declare_cluster(Arguments& arguments);
Action declare_sample(Arguments& arguments);
Action declare_traverse(Arguments& arguments);
Action declare_interpolate(Arguments& arguments);
Action declare_denoise(Arguments& arguments);
Action declare_sweep(Arguments& arguments);
Action declare_reproduce(Arguments& arguments);
Action declare_models(Arguments& arguments);
Action declare_options(Arguments& arguments);
Action declare_data_list(Arguments& arguments);
Action declare_data_info(Arguments& arguments);
Action declare_data_show(Arguments& arguments);
Action declare_data_fetch(Arguments& arguments);
Action declare_completion(Arguments& arguments);
Action declare_manual(Arguments& arguments);

}  // namespace hourglass::cli
