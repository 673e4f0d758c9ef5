#pragma once
// Datasets that are read block by block.

#include <cstdint>
#include <memory>

#include "hourglass/config.h"
#include "hourglass/context.h"
#include "hourglass/dataset.h"

namespace hourglass {

/// All samples of a dataset, in the order of its files, in blocks. A CSV table is read in memory that does not depend
/// on its number of rows (a compressed one is unpacked as a whole); other files are mapped, or loaded as load_dataset
/// does.
class DatasetBlocks {
 public:
  /// Opens the data of `config`, whose splits are ignored. Throws as load_dataset.
  DatasetBlocks(const DataConfig& config, const Context& context = {});
  ~DatasetBlocks();
  DatasetBlocks(DatasetBlocks&&) noexcept;

  /// The next samples; an empty dataset after the last. The first block decides the kinds of the columns of a table,
  /// and only it is logged. Numbers of categories continue over the blocks; class numbers are those of the block.
  /// Throws as load_dataset, also for a file that changed since it was opened.
  Dataset next(const Context& context = {});

 private:
  class Source;
  std::unique_ptr<Source> source_;
};

}  // namespace hourglass
