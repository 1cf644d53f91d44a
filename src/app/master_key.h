#pragma once

#include <filesystem>

#include "app/config.h"
#include "crypto/seal.h"

namespace voyages::app {

/// `master.key` in the data directory.
std::filesystem::path master_key_file(const Config& config);

/// The key under which secrets rest: the configured one, or else the key file's, which is made (mode 0600, durable when
/// this returns) when it is not there. Throws `Failure` when the key is malformed, or others could read its file.
crypto::MasterKey load_master_key(const Config& config);

}  // namespace voyages::app
