#include "http/client/socket_bio.h"

#include <new>

namespace voyages::http::client {

namespace {

SocketBio::Wire& wire_of(BIO* bio) { return *static_cast<SocketBio::Wire*>(BIO_get_data(bio)); }

// No exception may pass through OpenSSL, which is C: a fault is kept in words and returned as a number.
int write_to_socket(BIO* bio, const char* bytes, std::size_t size, std::size_t* written) {
  auto& wire = wire_of(bio);
  BIO_clear_retry_flags(bio);
  try {
    const auto taken = wire.socket.try_write({bytes, size});
    if (!taken) {
      BIO_set_retry_write(bio);
      return 0;
    }
    *written = *taken;
    return 1;
  } catch (const std::exception& error) {
    wire.fault = error.what();
    return 0;
  }
}

int read_from_socket(BIO* bio, char* into, std::size_t size, std::size_t* read) {
  auto& wire = wire_of(bio);
  BIO_clear_retry_flags(bio);
  try {
    const auto got = wire.socket.try_read({into, size});
    if (!got) {
      BIO_set_retry_read(bio);
      return 0;
    }
    wire.ended = *got == 0;
    *read = *got;
    return wire.ended ? 0 : 1;
  } catch (const std::exception& error) {
    wire.fault = error.what();
    return 0;
  }
}

long control_socket(BIO* bio, int command, long /*number*/, void* /*pointer*/) {
  switch (command) {
    case BIO_CTRL_EOF:
      return wire_of(bio).ended ? 1 : 0;
    case BIO_CTRL_FLUSH:
      return 1;
    default:
      return 0;
  }
}

}  // namespace

SocketBio::SocketBio() : method_(BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket")) {
  if (!method_ || BIO_meth_set_write_ex(method_.get(), write_to_socket) != 1 ||
      BIO_meth_set_read_ex(method_.get(), read_from_socket) != 1 ||
      BIO_meth_set_ctrl(method_.get(), control_socket) != 1) {
    throw std::bad_alloc();
  }
}

void SocketBio::attach(SSL& ssl, Wire& wire) const {
  auto* bio = BIO_new(method_.get());
  if (!bio) throw std::bad_alloc();
  BIO_set_data(bio, &wire);
  BIO_set_init(bio, 1);
  SSL_set_bio(&ssl, bio, bio);  // which frees it
}

}  // namespace voyages::http::client
