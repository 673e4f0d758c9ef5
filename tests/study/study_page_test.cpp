#include "study/study_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/file.h"
#include "support/expect_error.h"
#include "support/temporary_folder.h"
#include "support/tiny.h"

namespace hourglass {
namespace {

using testing::HasSubstr;
using testing::Not;
using Json = nlohmann::ordered_json;

/// Returns a record of two trained variants and one without data.
StudyRecord example() {
  return {.name = "tiny",
          .title = "A <b>tiny</b> study",
          .source = "nobody",
          .notes = {"A note."},
          .command = "hourglass reproduce tiny.toml",
          .version = "1.2.3",
          .quick = false,
          .seeds = 1,
          .axes = {"variant"},
          .metrics = {"mse", "psnr_mean"},
          .variants = {{"fast", "digits", {"fast"}, "done", ""},
                       {"slow", "digits", {"slow"}, "done", ""},
                       {"lost", "mnist", {"lost"}, "no data", "Fetch it."}},
          .results = {{"variant", "mse", "psnr_mean", "state"},
                      {{"fast", 0.25, 6.0, "done"},
                       {"slow", 0.5, 3.0, "done"},
                       {"lost", kNotMeasured, kNotMeasured, "no data"}}},
          .published = {{"variant", "metric", "published", "measured", "verdict", "source", "definition"},
                        {{"fast", "mse", 0.3, 0.25, "reached", "page 3", ""},
                         {"slow", "mse", 0.3, kNotMeasured, "", "page 3", ""},
                         {"lost", "bce", 0.1, kNotMeasured, "no data", "page 3", "Otherwise."}}}};
}

void train(const std::filesystem::path& folder, double learning_rate, int64_t latent_dim = 0) {
  const Dataset samples = tiny_dataset(12);
  Config config = tiny_config();
  config.train.learning_rate = learning_rate;
  config.model.latent_dim = latent_dim;
  DataSplit data;
  data.train = samples;
  data.test = samples.slice(0, 4);
  Autoencoder model(config, data.train);
  start_run({folder}, model, data);
}

TEST(StudyRecord, RoundTripsThroughItsFile) {
  const TemporaryFolder folder;
  EXPECT_FALSE(is_study_folder(folder.path()));
  write_file_atomically(record_file(folder.path()), to_json(example()).dump());
  EXPECT_TRUE(is_study_folder(folder.path()));
  const StudyRecord record = read_study_record(folder.path());
  EXPECT_EQ(to_json(record), to_json(example()));
  EXPECT_EQ(record.results.columns, example().results.columns);
  EXPECT_TRUE(std::isnan(std::get<double>(record.results.rows[2][1])));
}

TEST(StudyRecord, RejectsInvalidFiles) {
  const TemporaryFolder folder;
  expect_error(ErrorKind::kIo, {"results.json"}, [&] { read_study_record(folder.path()); });
  Json missing_variant = to_json(example());
  missing_variant["variants"].erase(0);
  Json uneven = to_json(example());
  uneven["results"][1].erase("mse");
  for (const std::string& text :
       {std::string("[{\"mse\": 1}]"), std::string("{"), missing_variant.dump(), uneven.dump()}) {
    write_file_atomically(record_file(folder.path()), text);
    expect_error(ErrorKind::kData, {"results.json", "writes the record again"},
                 [&] { read_study_record(folder.path()); });
  }
}

TEST(StudyPage, HasTheRecordAndTheDataOfItsRuns) {
  const TemporaryFolder folder;
  train(folder / "fast", 0.1);
  train(folder / "slow", 0.01, 3);
  write_file_atomically(folder / "fast/report.html", "a page");
  const Json data = study_page_data(example(), folder.path());
  EXPECT_EQ(data["results"]["rows"][0], (Json{"fast", 0.25, 6.0, "done"}));
  EXPECT_TRUE(data["results"]["rows"][2][1].is_null());
  EXPECT_EQ(data["published"]["rows"].size(), 3u);
  EXPECT_EQ(data["metrics"].size(), 3u) << "measured and published metrics";
  EXPECT_TRUE(data["metrics"][1]["larger_is_better"]);
  ASSERT_EQ(data["curves"].size(), 2u);
  EXPECT_EQ(data["curves"][1]["variant"], 1);
  EXPECT_EQ(data["curves"][1]["epochs"], (Json{1, 2, 3}));
  EXPECT_EQ(data["curves"][1]["test"].size(), 3u);
  EXPECT_TRUE(data["comparable"]);
  EXPECT_EQ(data["variants"][0]["pages"], Json::array({"fast"}));
  EXPECT_TRUE(data["variants"][1]["pages"].empty());
  EXPECT_EQ(data["variants"][2]["message"], "Fetch it.");
  ASSERT_EQ(data["dimensions"].size(), 1u) << "the latent size is the same, whether set or inferred";
  EXPECT_EQ(data["dimensions"][0]["values"], (Json{0.1, 0.01, nullptr}));
  EXPECT_EQ(data["trends"][0]["series"][0]["variants"], (Json{1, 0}));
  EXPECT_FALSE(data.contains("figure"));
}

TEST(StudyPage, CountsFinishedVariantsAndReachedNumbers) {
  const TemporaryFolder folder;
  const Json headlines = study_page_data(example(), folder.path())["headlines"];
  EXPECT_EQ(headlines[0]["value"], "2 of 3");
  EXPECT_EQ(headlines[0]["definition"], "Trained and measured; 1 no data.");
  EXPECT_EQ(headlines[1]["value"], "1 of 3");
  EXPECT_EQ(headlines[3]["value"], "2") << "datasets, including the missing one";
}

TEST(StudyPage, OfAQuickStudyDoesNotCountReachedNumbers) {
  const TemporaryFolder folder;
  StudyRecord record = example();
  record.quick = true;
  EXPECT_THAT(study_page_data(record, folder.path())["headlines"].dump(), Not(HasSubstr("reached")));
}

TEST(StudyPage, ThinsLongCurvesAndKeepsTheLastEpoch) {
  const TemporaryFolder folder;
  train(folder / "fast", 0.1);
  std::string history = read_file(folder / "fast/history.csv");
  const std::string head = history.substr(0, history.find('\n') + 1);
  const std::string row = history.substr(head.size(), history.find('\n', head.size()) - head.size());
  history = head;
  for (int epoch = 1; epoch <= 1201; ++epoch) history += std::to_string(epoch) + row.substr(row.find(',')) + "\n";
  write_file_atomically(folder / "fast/history.csv", history);
  const Json epochs = study_page_data(example(), folder.path())["curves"][0]["epochs"];
  EXPECT_LE(epochs.size(), 501u);
  EXPECT_EQ(epochs[0], 3);
  EXPECT_EQ(epochs.back(), 1201);
}

TEST(StudyPage, IsOneFileWithEscapedText) {
  const TemporaryFolder folder;
  write_file_atomically(record_file(folder.path()), to_json(example()).dump());
  write_file_atomically(folder / "figure.png", "a picture");
  EXPECT_EQ(write_study_page(folder.path()), folder / "report.html");
  const std::string page = read_file(folder / "report.html");
  EXPECT_THAT(page, HasSubstr("<title>A &lt;b&gt;tiny&lt;/b&gt; study</title>"));
  EXPECT_THAT(page, Not(HasSubstr("<b>tiny")));
  EXPECT_THAT(page, HasSubstr("data:image/png;base64,YSBwaWN0dXJl"));
}

}  // namespace
}  // namespace hourglass
