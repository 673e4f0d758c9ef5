#include "hourglass/dataset_blocks.h"

#include <algorithm>
#include <optional>

#include "data/all_samples.h"
#include "data/data_path.h"
#include "data/load_path.h"
#include "formats/csv_table.h"

namespace hourglass {
namespace {

constexpr int64_t kBlockValues = 1 << 22, kFewestRows = 1000, kMostRows = 1 << 16;

int64_t rows_of_block(int64_t features) {
  return std::clamp(kBlockValues / std::max<int64_t>(1, features), kFewestRows, kMostRows);
}

}  // namespace

class DatasetBlocks::Source {
 public:
  Source(const DataConfig& config, const Context& context) : config_(unsplit(config)) {
    if (reads_blocks(config_))
      table_.emplace(parse_data_path(config_.name).file, table_options(config_));
    else
      whole_ = all_samples(config_, context);
  }

  Dataset next(const Context& context) {
    if (!table_) {
      const int64_t first = position_, last = std::min(whole_.size(), first + rows_of_block(whole_.sample_dim()));
      position_ = last;
      if (first > 0) whole_.release(0, first);
      return first < last ? whole_.slice(first, last) : Dataset();
    }
    Context reading = context;
    if (position_ > 0) reading.log = nullptr;
    const int64_t rows = rows_of_block(table_->num_columns());
    CsvTable table = table_->next(rows, reading);
    const bool has_more = table.num_rows == rows;
    if (table.num_rows == 0) return {};
    position_ += table.num_rows;
    DataConfig inferred = config_;
    return dataset_of_table(std::move(table), config_, reading, inferred, has_more);
  }

 private:
  DataConfig config_;
  std::optional<CsvBlocks> table_;
  Dataset whole_;  // of other data
  int64_t position_ = 0;
};

DatasetBlocks::DatasetBlocks(const DataConfig& config, const Context& context)
    : source_(std::make_unique<Source>(config, context)) {}
DatasetBlocks::~DatasetBlocks() = default;
DatasetBlocks::DatasetBlocks(DatasetBlocks&&) noexcept = default;

Dataset DatasetBlocks::next(const Context& context) { return source_->next(context); }

}  // namespace hourglass
