#pragma once

#include "base/secret.h"

namespace voyages {

/// Reads a password from a descriptor. From a pipe or file: its first line. From a terminal: asked for twice on
/// `prompt_descriptor`, without echo. Throws `Failure` when it is empty, longer than 4,096 bytes, cancelled, or the two
/// differ.
Secret read_password(int descriptor, int prompt_descriptor);

}  // namespace voyages
