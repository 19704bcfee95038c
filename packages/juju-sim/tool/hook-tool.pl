#!/usr/bin/perl
# A hook tool: sends its own name, its arguments and, when asked, its standard input to the unit agent,
# and ends as the agent says. Go's net/rpc with gob over a unix socket. Every call of a tool starts this
# anew, so it loads no module: Socket alone would take four times as long as all the rest.

$SIG{PIPE} = 'IGNORE';
($tool = $0) =~ s{.*/}{};
for (qw(JUJU_CONTEXT_ID JUJU_AGENT_SOCKET_ADDRESS JUJU_AGENT_SOCKET_NETWORK)) {
    fail("$_ not set") if ($ENV{$_} // '') eq '';
}
$address = $ENV{JUJU_AGENT_SOCKET_ADDRESS};
($path = $address) =~ s/^@/\0/;
# AF_UNIX and SOCK_STREAM are 1 on Linux and on macOS, where the address begins with its length.
$where = $^O eq 'linux' ? pack('S a*', 1, $path) : pack('C C a*', 2 + length $path, 1, $path);
socket(AGENT, 1, 1, 0) or fail("socket: $!");
unless (connect(AGENT, $where)) {
    $reason = lc $!;
    fail("dial unix $address: connect: $reason");
}
unless (defined($dir = readlink '/proc/self/cwd')) {
    require Cwd;
    $dir = Cwd::getcwd();
}

# The definitions of rpc.Request, jujuc.Request and []string, which come before the first values.
$define_header = pack 'H*', '2fff81030101075265717565737401ff8200010201'
    . '0d536572766963654d6574686f64010c00010353657101060000' . '00';
$define_request = pack 'H*', '66ff83030101075265717565737401ff84000107'
    . '0109436f6e74657874496401' . '0c000103446972010c00010b436f6d6d616e644e616d65010c000104'
    . '4172677301ff86000108537464696e5365740102000105537464696e010a000105546f6b656e010c000000'
    . '16ff85020101085b5d737472696e6701ff8600010c0000';

($error, $code, $out, $err) = call($define_header, $define_request, 0, undef);
if ($error eq 'hook tool requires stdin, none supplied') {
    binmode STDIN;
    local $/;
    ($error, $code, $out, $err) = call('', '', 1, scalar <STDIN> // '');
}
fail($error) if $error ne '';
binmode STDOUT;
binmode STDERR;
print STDERR $err;
print STDOUT $out;
close STDOUT;
exit $code;

sub fail {
    print STDERR "ERROR $_[0]\n";
    exit 1;
}

sub uint {
    my $n = shift;
    return chr $n if $n < 128;
    my $bytes = pack 'N', $n;
    $bytes =~ s/^\0+//;
    return chr(256 - length $bytes) . $bytes;
}

sub text { return uint(length $_[0]) . $_[0] }

sub message { return uint(length $_[0]) . $_[0] }

sub call {
    my ($header_types, $request_types, $seq, $stdin) = @_;
    my $header = "\xff\x82\x01" . text('Jujuc.Main') . ($seq ? "\x01" . uint($seq) : '') . "\0";
    my ($body, $last) = ("\xff\x84", 0);
    my $field = sub { my ($n, $bytes) = @_; $body .= uint($n - $last) . $bytes; $last = $n };
    $field->(1, text($ENV{JUJU_CONTEXT_ID}));
    $field->(2, text($dir));
    $field->(3, text($tool));
    $field->(4, uint(scalar @ARGV) . join '', map { text($_) } @ARGV) if @ARGV;
    $field->(5, "\x01") if defined $stdin;
    $field->(6, text($stdin)) if defined $stdin && $stdin ne '';
    my $token = $ENV{JUJU_AGENT_TOKEN} // '';
    $field->(7, text($token)) if $token ne '';
    $body .= "\0";

    my $send = $header_types . message($header) . $request_types . message($body);
    while ($send ne '') {
        my $sent = syswrite AGENT, $send;
        fail("write unix: $!") unless defined $sent;
        substr($send, 0, $sent) = '';
    }
    my (undef, undef, $error) = fields('tut');
    return ('', fields('itt')) if $error eq '';
    fields('');
    return ($error);
}

# The fields of the next struct: texts (t), unsigned (u) and signed (i) numbers, by their order.
sub fields {
    my @kinds = split //, shift;
    my ($type, $at);
    do {
        $message = take(number());
        $at = 0;
        $type = uint_at($message, $at);
    } while ($type & 1);    # a definition
    my @values = map { $_ eq 't' ? '' : 0 } @kinds;
    my $n = -1;
    while (my $delta = uint_at($message, $at)) {
        $n += $delta;
        my $value = uint_at($message, $at);
        if ($kinds[$n] eq 't') {
            $values[$n] = substr $message, $at, $value;
            $at += $value;
        }
        else {
            $values[$n] = $kinds[$n] eq 'u' ? $value : $value & 1 ? -1 - ($value >> 1) : $value >> 1;
        }
    }
    return @values;
}

# An unsigned number of a text, at a place that moves behind it.
sub uint_at {
    my $first = ord substr $_[0], $_[1]++, 1;
    return $first if $first < 128;
    my $n = 0;
    $n = $n * 256 + ord substr $_[0], $_[1]++, 1 for 1 .. 256 - $first;
    return $n;
}

# An unsigned number as it comes from the agent.
sub number {
    my $bytes = take(1);
    my $first = ord $bytes;
    $bytes .= take(256 - $first) if $first >= 128;
    my $at = 0;
    return uint_at($bytes, $at);
}

# So many bytes as they come from the agent.
sub take {
    my $count = shift;
    while (length $received < $count) {
        my $got = sysread AGENT, $received, 65536, length $received;
        fail('unexpected EOF') unless $got;
    }
    return substr $received, 0, $count, '';
}
