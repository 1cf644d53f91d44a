#pragma once

#include <filesystem>

#include "store/filesystem/files.h"

namespace voyages::store::sqlite {

/// The lock file `voyages.lock` in the data folder. It goes with the process, however that ends.
class DataLock {
 public:
  enum class Kind {
    server,   // one at a time
    visitor,  // a command beside the server, or without one
    replace,  // nobody else at all
  };

  /// Throws std::runtime_error, with a sentence for the user, when somebody else is in the way.
  DataLock(const std::filesystem::path& data_directory, Kind kind);

 private:
  filesystem::FileDescriptor file_;
};

}  // namespace voyages::store::sqlite
