#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "command.h"
#include "hourglass/error.h"
#include "hourglass/generation.h"
#include "hourglass/image.h"
#include "outputs.h"
#include "results.h"
#include "run_arguments.h"
#include "text.h"

namespace hourglass::cli {
namespace {

namespace fs = std::filesystem;

struct SimilarArguments {
  explicit SimilarArguments(Arguments& arguments) : run(arguments), picture(arguments) {
    arguments
        .add("--to", to,
             "the sample: row:N, its row in the data as other commands print it; N, its index among the samples of "
             "--part; or a file with one sample, such as an image")
        .value("FILE|row:N|N")
        .required();
    arguments.add("--count", count, "number of similar samples").value("N").range(1, 1000).shows_default();
    arguments.add("--out", out, "PNG file, - for standard output; default: images/similar.png in the run folder")
        .value("FILE");
  }
  RunArguments run;
  PictureOptions picture;
  std::string to, out;
  int64_t count = 5;
};

std::optional<int64_t> parse_index(const std::string& text) {
  int64_t index = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(index) : std::nullopt;
}

/// The sample that others are compared with.
struct Query {
  Dataset sample;
  std::optional<int64_t> index;  ///< among the samples that are searched
  std::string name;
};

/// The index of the sample of this row of the data.
int64_t index_of_row(const Dataset& searched, int64_t row) {
  for (int64_t i = 0; i < searched.size(); ++i)
    if (searched.stored_row(i) == row) return i;
  throw Error(ErrorKind::kUsage, fmt::format("--to row:{0}: row {0} is not among the {1} samples. Other samples are "
                                             "chosen with --part or --data.",
                                             row, searched.size()));
}

Query find_query(const SimilarArguments& arguments, const Autoencoder& model, const Dataset& searched) {
  constexpr std::string_view kRow = "row:";
  if (arguments.to.starts_with(kRow)) {
    const auto row = parse_index(arguments.to.substr(kRow.size()));
    if (!row) throw Error(ErrorKind::kUsage, fmt::format("--to {}: a number was expected after row:.", arguments.to));
    const int64_t index = index_of_row(searched, *row);
    return {searched.slice(index, index + 1), index, row_name(searched, index)};
  }
  if (const auto index = parse_index(arguments.to)) {
    if (*index < 0 || *index >= searched.size())
      throw Error(ErrorKind::kUsage, fmt::format("--to {}: there are {} samples, with indices 0 to {}.", *index,
                                                 searched.size(), searched.size() - 1));
    return {searched.slice(*index, *index + 1), index, row_name(searched, *index)};
  }
  RunDataOptions options = other_data(model, fs::absolute(arguments.to).string());
  options.training = RunDataOptions::Training::kNotUsed;
  Query query{load_run_data(model, options, arguments.run.context()).chosen, std::nullopt, arguments.to};
  if (query.sample.size() != 1)
    throw Error(ErrorKind::kUsage, fmt::format("--to '{}' has {} samples; a file with one sample was expected.",
                                               arguments.to, query.sample.size()));
  return query;
}

struct Match {
  int64_t index;
  double distance;
};

/// The nearest samples by the Euclidean distance of their latents, without the query itself.
std::vector<Match> nearest(const Query& query, const Dataset& searched, const Autoencoder& model, int64_t wanted,
                           const Context& context) {
  const int64_t extra = query.index ? 1 : 0;
  const Neighbors found = nearest_neighbors(model.encode(query.sample, context), model.encode(searched, context),
                                            std::min(wanted + extra, searched.size()), {}, context);
  std::vector<Match> matches;
  for (size_t i = 0; i < found.indices.size(); ++i)
    if (found.indices[i] != query.index && static_cast<int64_t>(matches.size()) < wanted)
      matches.push_back({found.indices[i], std::sqrt(std::max(0.0, found.squared_distances[i]))});
  return matches;
}

fs::path draw(const SimilarArguments& arguments, const Autoencoder& model, const Query& query, const Dataset& searched,
              const std::vector<Match>& matches) {
  if (!is_image(model.sample_shape())) return {};
  const Tensor first = model.preprocess(query.sample).read();
  Shape shape = first.shape();
  shape[0] = static_cast<int64_t>(matches.size()) + 1;
  Tensor images(shape);
  std::ranges::copy(first.values(), images.data());
  const Dataset preprocessed = model.preprocess(searched);
  for (size_t i = 0; i < matches.size(); ++i)
    preprocessed.read(matches[i].index, matches[i].index + 1,
                      images.data() + static_cast<int64_t>(i + 1) * images.row_size());
  const fs::path path = arguments.out.empty() ? default_picture(arguments.run, "similar") : fs::path(arguments.out);
  arguments.picture.write(path, {{fmt::format("{}, then the most similar", query.name), images}},
                          static_cast<int>(shape[0]));
  return path;
}

int similar(SimilarArguments& arguments) {
  const Autoencoder model = arguments.run.load_model();
  arguments.run.arguments().output().claim("--out", arguments.out);
  if (!is_image(model.sample_shape()))
    arguments.run.arguments().reject_unused({"--out", "--scale", "--columns", "--show"},
                                            "rows of a table are not drawn.");
  const RunData data = arguments.run.load(model, RunArguments::Training::kNotUsed);
  const Query query = find_query(arguments, model, data.chosen);
  const std::vector<Match> matches = nearest(query, data.chosen, model, arguments.count, arguments.run.context());
  const fs::path picture = draw(arguments, model, query, data.chosen, matches);

  const RowIdentity identity = identify_rows(data.chosen);
  std::vector<std::vector<std::string>> rows = {{"index", "sample", "class", "distance"}};
  const auto class_of = [&](int64_t i) {
    return data.chosen.has_labels() ? identity.rows[static_cast<size_t>(i)].back() : std::string();
  };
  for (const Match& match : matches)
    rows.push_back({std::to_string(match.index), row_name(data.chosen, match.index), class_of(match.index),
                    fmt::format("{:.4g}", match.distance)});
  if (!data.chosen.has_labels())
    for (auto& row : rows) row.erase(row.begin() + 2);
  arguments.run.output().print(
      fmt::format("Most similar to {} among {} {}, by the distance of latents{}\n{}", query.name,
                  count(data.chosen.size()), data.description(), picture_text(picture),
                  table(data.chosen.has_labels() ? "><<>" : "><>", rows)),
      [&] {
        Json json = {{"run", arguments.run.run()},
                     {"part", data.label()},
                     {"to", query.name},
                     {"picture", picture_json(picture)},
                     {"similar", Json::array()}};
        for (const Match& match : matches) {
          json["similar"].push_back(
              {{"index", match.index}, {"sample", row_name(data.chosen, match.index)}, {"distance", match.distance}});
          if (data.chosen.has_labels()) json["similar"].back()["class"] = class_of(match.index);
        }
        return json;
      });
  return kDone;
}

}  // namespace

Action declare_similar(Arguments& app) {
  const auto arguments = std::make_shared<SimilarArguments>(app);
  return [arguments] { return similar(*arguments); };
}

}  // namespace hourglass::cli
