#include "command.h"

namespace hourglass::cli {

const std::vector<Command>& commands() {
  static const std::vector<Command> kCommands = {
      {"train", "Train an autoencoder", declare_train},
      {"evaluate", "Measure a trained model", declare_evaluate},
      {"detect", "Find unusual rows or images, and say why", declare_detect},
      {"reconstruct", "Reconstruct samples and write their errors", declare_reconstruct},
      {"encode", "Write the latents of a dataset", declare_encode},
      {"embed", "Draw the latents of a dataset in two dimensions", declare_embed},
      {"similar", "Find the samples that are most similar to one sample", declare_similar},
      {"report", "Write the HTML page of a run, a sweep or a study", declare_report},
      {"compare", "Compare runs: options that differ, metrics, curves, a picture", declare_compare},
      {"decode", "Decode latents from a file", declare_decode},
      {"cluster", "Cluster the latents and compare the clusters with the classes", declare_cluster},
      {"sample", "Generate samples", declare_sample},
      {"traverse", "Draw the effect of each latent", declare_traverse},
      {"interpolate", "Draw interpolations between samples", declare_interpolate},
      {"denoise", "Denoise samples and measure the result", declare_denoise},
      {"sweep", "Train all combinations of some options and rank them", declare_sweep},
      {"reproduce", "Run a published study and compare with its numbers", declare_reproduce},
      {"models", "List the presets, or show the layers of one model", declare_models},
      {"options", "List all options of a run", declare_options},
      {"data list", "List the named datasets and where they are", declare_data_list},
      {"data info", "Describe a dataset: range, classes, duplicates, columns", declare_data_info},
      {"data show", "Draw a dataset, class by class", declare_data_show},
      {"data fetch", "Download a dataset", declare_data_fetch},
      {"completion", "Print a completion script for bash, zsh or fish", declare_completion},
      {"manual", "Print the man page", declare_manual},
  };
  return kCommands;
}

std::string exit_code_text() {
  return "Exit codes: 0 success, 2 invalid usage or configuration, 3 invalid or missing data, 4 training diverged,\n"
         "            5 a file cannot be read or written, 130 and 143 interrupted by Ctrl-C or SIGTERM,\n"
         "            1 an error in the program itself\n";
}

}  // namespace hourglass::cli
