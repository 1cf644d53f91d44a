#include "store/sqlite/data_lock.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <stdexcept>

namespace voyages::store::sqlite {

namespace {

// Two bytes of the lock file: the server's, and one that everybody with an open database shares.
constexpr off_t server_byte = 0;
constexpr off_t user_byte = 1;

bool try_lock(int descriptor, short type, off_t byte) {
  struct flock range{};
  range.l_type = type;
  range.l_whence = SEEK_SET;
  range.l_start = byte;
  range.l_len = 1;
  // OFD: the lock belongs to this open file, so two databases in one process exclude each other as well.
  return ::fcntl(descriptor, F_OFD_SETLK, &range) == 0;
}

}  // namespace

DataLock::DataLock(const std::filesystem::path& data_directory, Kind kind)
    : file_(filesystem::open_private_file(data_directory / "voyages.lock")) {
  const bool alone = kind == Kind::replace;
  if (kind != Kind::visitor && !try_lock(file_.get(), F_WRLCK, server_byte)) {
    throw std::runtime_error(
        fmt::format("a server is already running on the data folder {}: stop it first, or choose another folder",
                    data_directory.string()));
  }
  if (!try_lock(file_.get(), alone ? F_WRLCK : F_RDLCK, user_byte)) {
    throw std::runtime_error(fmt::format("another command is using the data folder {}: try again when it has ended",
                                         data_directory.string()));
  }
}

}  // namespace voyages::store::sqlite
