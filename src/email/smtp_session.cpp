#include "email/smtp_session.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "base/encoding.h"
#include "base/text.h"
#include "email/mime_encoding.h"

namespace voyages::email {

namespace {

using Security = SmtpOptions::Security;

// How long the good-bye at the end of a connection may take.
constexpr long quit_timeout_s = 2;

// Where the server is. The path is what libcurl says in EHLO.
std::string url_of(const SmtpOptions& options) {
  const bool is_ipv6 = options.host.find(':') != std::string::npos;
  return fmt::format("{}://{}:{}/{}", options.security == Security::tls ? "smtps" : "smtp",
                     is_ipv6 ? '[' + options.host + ']' : options.host, options.port,
                     to_percent_encoding(options.hello_name, "-._~"));
}

// A list for libcurl, of one.
class RecipientList {
 public:
  RecipientList(const CurlLibrary& curl, const std::string& recipient)
      : curl_(curl), list_(curl.slist_append(nullptr, recipient.c_str())) {
    if (list_ == nullptr) throw std::bad_alloc();
  }
  ~RecipientList() { curl_.slist_free_all(list_); }
  RecipientList(const RecipientList&) = delete;
  RecipientList& operator=(const RecipientList&) = delete;

  [[nodiscard]] curl_slist* get() const { return list_; }

 private:
  const CurlLibrary& curl_;
  curl_slist* list_;
};

std::size_t ignore(char*, std::size_t size, std::size_t count, void*) { return size * count; }

}  // namespace

SmtpSession::SmtpSession(const CurlLibrary& curl, const SmtpOptions& options)
    : curl_(curl), options_(options), handle_(curl.easy_init(), curl.easy_cleanup) {
  if (handle_ == nullptr) throw std::bad_alloc();
  configure();
  configure_tls();
  if (!options_.username.empty()) configure_credentials();
}

SmtpSession::~SmtpSession() { curl_.easy_setopt(handle_.get(), CURLOPT_SERVER_RESPONSE_TIMEOUT, quit_timeout_s); }

void SmtpSession::set(CURLoption option, long value) {
  if (curl_.easy_setopt(handle_.get(), option, value) != CURLE_OK)
    throw std::runtime_error(fmt::format("this libcurl does not know option {}", static_cast<int>(option)));
}

void SmtpSession::set(CURLoption option, const std::string& value) { set_pointer(option, value.c_str()); }

template <class Pointer>
void SmtpSession::set_pointer(CURLoption option, Pointer* value) {
  if (curl_.easy_setopt(handle_.get(), option, value) != CURLE_OK)
    throw std::runtime_error(fmt::format("this libcurl does not know option {}", static_cast<int>(option)));
}

void SmtpSession::configure() {
  set(CURLOPT_URL, url_of(options_));
  set(CURLOPT_PROTOCOLS_STR, std::string("smtp,smtps"));
  set(CURLOPT_PROXY, std::string());  // whatever the environment says: that is for browsing
  set(CURLOPT_NOSIGNAL, 1L);          // a signal would reach all threads
  set(CURLOPT_MAXCONNECTS, 1L);
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_.connect_timeout.count()));
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(options_.total_timeout.count()));
  set(CURLOPT_SERVER_RESPONSE_TIMEOUT,
      static_cast<long>(std::chrono::ceil<std::chrono::seconds>(options_.total_timeout).count()));
  set(CURLOPT_UPLOAD, 1L);
  set_pointer(CURLOPT_READFUNCTION, &on_read);
  set_pointer(CURLOPT_READDATA, this);
  set_pointer(CURLOPT_WRITEFUNCTION, &ignore);
  set_pointer(CURLOPT_HEADERFUNCTION, &on_reply);
  set_pointer(CURLOPT_HEADERDATA, this);
  set_pointer(CURLOPT_DEBUGFUNCTION, &on_traffic);
  set_pointer(CURLOPT_DEBUGDATA, this);
  set(CURLOPT_VERBOSE, 1L);  // calls the function above; nothing is printed
  set_pointer(CURLOPT_ERRORBUFFER, static_cast<char*>(error_));
}

void SmtpSession::configure_tls() {
  set(CURLOPT_USE_SSL, static_cast<long>(options_.security == Security::starttls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);  // 2: the certificate names the host
  if (!options_.ca_file.empty()) set(CURLOPT_CAINFO, options_.ca_file);
}

void SmtpSession::configure_credentials() {
  if (options_.security == Security::none && !is_loopback(options_.host))
    throw std::invalid_argument("an SMTP password must not travel without TLS");
  set(CURLOPT_LOGIN_OPTIONS, std::string("AUTH=PLAIN;AUTH=LOGIN"));
  set(CURLOPT_USERNAME, options_.username);
  // Ended by a zero as C wants it, in a copy that is wiped.
  const Secret password(std::string(options_.password.expose()) + '\0');
  // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage): the zero is in it
  set_pointer(CURLOPT_PASSWORD, password.expose().data());
}

// Commands go by here as they are sent. AUTH's are looked at for their verb alone.
int SmtpSession::on_traffic(CURL*, curl_infotype kind, char* bytes, std::size_t size, void* session) {
  auto& self = *static_cast<SmtpSession*>(session);
  if (kind != CURLINFO_HEADER_OUT) return 0;
  const std::string_view command(bytes, size);
  self.says_goodbye_ = command.starts_with("QUIT");
  self.stage_ = stage_after(command, self.stage_);
  if (self.stage_ == SmtpStage::starttls) self.is_protected_ = true;  // else libcurl ends the connection
  if (self.stage_ == SmtpStage::hello) self.speaks_smtputf8_ = false;
  return 0;
}

std::size_t SmtpSession::on_reply(char* bytes, std::size_t size, std::size_t count, void* session) {
  std::string_view line(bytes, size * count);
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  return static_cast<SmtpSession*>(session)->take_reply(line) ? size * count : 0;
}

bool SmtpSession::take_reply(std::string_view line) {
  if (says_goodbye_) return true;  // after a failure, whose reply is the one that matters
  reply_ = line.substr(0, 2000);
  // RFC 5321 §4.1.1.1: one keyword a line; the last line has a blank behind its code.
  if (stage_ != SmtpStage::hello || reply_code(line) != 250) return true;
  const auto keyword = line.substr(std::min<std::size_t>(4, line.size()));
  if (equal_ignoring_case(trim(keyword), "SMTPUTF8")) speaks_smtputf8_ = true;
  const bool is_last = line.size() < 4 || line[3] != '-';
  // What is said before STARTTLS counts for nothing (RFC 3207 §4.2).
  const bool counts = options_.security != Security::starttls || is_protected_;
  stopped_for_smtputf8_ = is_last && counts && needs_smtputf8_ && !speaks_smtputf8_;
  return !stopped_for_smtputf8_;
}

std::size_t SmtpSession::on_read(char* buffer, std::size_t size, std::size_t count, void* session) {
  auto& unsent = static_cast<SmtpSession*>(session)->unsent_;
  const auto piece = unsent.substr(0, size * count);
  std::ranges::copy(piece, buffer);
  unsent.remove_prefix(piece.size());
  return piece.size();
}

CURLcode SmtpSession::perform(const Envelope& envelope, std::string_view mime, bool fresh) {
  const RecipientList recipients(curl_, envelope.recipient);
  set(CURLOPT_MAIL_FROM, envelope.sender);
  set_pointer(CURLOPT_MAIL_RCPT, recipients.get());
  set(CURLOPT_FRESH_CONNECT, fresh ? 1L : 0L);
  curl_.easy_setopt(handle_.get(), CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(mime.size()));
  stage_ = SmtpStage::greeting;
  reply_.clear();
  error_[0] = '\0';
  needs_smtputf8_ = envelope.needs_smtputf8;
  stopped_for_smtputf8_ = says_goodbye_ = false;
  if (fresh) is_protected_ = false;
  unsent_ = mime;
  const auto code = curl_.easy_perform(handle_.get());
  set_pointer<curl_slist>(CURLOPT_MAIL_RCPT, nullptr);
  return code;
}

Answer SmtpSession::send(const Envelope& envelope, std::string_view mime) {
  // A kept connection says no more what its server can do, which a mail that asks for more than most has to know.
  auto code = perform(envelope, mime, envelope.needs_smtputf8);
  if (code != CURLE_OK && lost_a_kept_connection(code)) code = perform(envelope, mime, true);
  return answer_for(code);
}

// Servers end connections that have idled, or carried many mails. Nothing has been sent by then.
bool SmtpSession::lost_a_kept_connection(CURLcode code) const {
  long connections_made = 0;
  curl_.easy_getinfo(handle_.get(), CURLINFO_NUM_CONNECTS, &connections_made);
  const int reply = reply_code(reply_);
  return connections_made == 0 && stage_ <= SmtpStage::sender && code != CURLE_OPERATION_TIMEDOUT &&
         (reply == 0 || reply == 421);
}

Answer SmtpSession::answer_for(CURLcode code) const {
  if (code == CURLE_OK) return {Answer::Verdict::accepted, without_credentials(to_answer_text(reply_))};
  if (stopped_for_smtputf8_)
    return {Answer::Verdict::rejected, "The mail server does not take addresses that are not ASCII (SMTPUTF8)."};
  const bool replied = reply_code(reply_) >= 400 && code != CURLE_OPERATION_TIMEDOUT;
  if (replied) {
    return {verdict_of(stage_, reply_), without_credentials(to_answer_text(reply_)), stage_ >= SmtpStage::recipient};
  }
  const std::string reason = error_[0] != '\0' ? std::string(error_) : curl_.easy_strerror(code);
  return {Answer::Verdict::deferred, without_credentials(to_answer_text(reason))};
}

// A server that repeats what it was told must not get it into our log.
std::string SmtpSession::without_credentials(std::string text) const {
  if (options_.username.empty()) return text;
  const std::string password(options_.password.expose());
  const auto plain = to_base64('\0' + options_.username + '\0' + password);  // RFC 4616 §2
  for (const auto& secret : {password, plain, to_base64(password)}) {
    if (text.find(secret) != std::string::npos)
      return fmt::format("{} (not shown: it has credentials)", text.substr(0, 3));
  }
  return text;
}

}  // namespace voyages::email
