#pragma once
// Evaluations as JSON, and evaluation.json of a run folder.

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "hourglass/autoencoder.h"
#include "hourglass/evaluation.h"
#include "hourglass/run_data.h"

namespace hourglass {

/// What the evaluation is of: "10,000 test images of mnist", ...
struct EvaluationSubject {
  std::string run;        ///< run folder or model file, as it was given
  std::string model;      ///< name of the model
  std::string data;       ///< name of the data
  std::string part;       ///< "test", "all of sensors": the key in evaluation.json
  std::string fitted_on;  ///< the data whose training set classifiers, clusters and mixtures are fitted on
  int64_t latent_dim = 0;
  std::string weights = {};  ///< Autoencoder::weights_fingerprint
};
EvaluationSubject evaluation_subject(const std::string& run, const Autoencoder& model, const RunData& data);

/// Measures the chosen samples of `data`. What is fitted is fitted on its training set. Throws as evaluate.
Evaluation evaluate_chosen(const Autoencoder& model, const RunData& data, EvaluationOptions options,
                           const Context& context = {});

/// The subject, measurements, tables, and what is missing.
nlohmann::ordered_json to_json(const Evaluation& evaluation, const EvaluationSubject& subject);

/// Adds the evaluation to the file, an object with one entry per part. Measurements and tables of the same name are
/// replaced, others are kept. Entries of other weights are removed. A file that is not such an object is replaced.
/// Throws Error(kIo).
void store_evaluation(const std::filesystem::path& path, const nlohmann::ordered_json& evaluation);

/// The entries of the file that were measured with these weights; an empty object without a file. Entries of earlier
/// versions, which do not name their weights, are kept, and all entries if `weights` is empty. Throws Error(kData) if
/// it is not a JSON object.
nlohmann::ordered_json read_evaluations(const std::filesystem::path& path, const std::string& weights);

/// Measures the summary (see summary_options) on the test set of a run, named `run`, and stores them: what its page
/// shows. Throws as evaluate.
void store_summary(const std::filesystem::path& path, const std::string& run, const Autoencoder& model,
                   const DataSplit& data, const Context& context = {});

}  // namespace hourglass
