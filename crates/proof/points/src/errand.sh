# A command that acts on a world of its own: `errand.book`, which takes an act once for each key and notes all that it
# was asked. In the run that `errand.order` names it is struck as that says; `errand.state` tells when.
read -r args
key=${args#*'"key":"'}
key=${key%%'"'*}
echo "begun $key" >> errand.book
fault=
if [ -e errand.order ]; then
    read -r nth ordered < errand.order
    [ "$(grep -c '^begun' errand.book)" != "$nth" ] || fault=$ordered
fi

act() {
    echo "asked $key" >> errand.book
    grep -qx "done $key" errand.book || echo "done $key" >> errand.book
}
answer() { echo "{\"done\": \"$key\"}"; }
struck() { echo struck > errand.state; }
# Until it is let go. Nobody but the shell itself waits.
stand() {
    echo standing > errand.state
    read -r go < errand.gate
}
# It has left group, session and parent, and holds our pipes.
daemon() { setsid sh -c 'sleep 600 &'; }

case $fault in
'') act; answer ;;
kill_before) struck; kill -9 $$ ;;
kill_after) act; struck; kill -9 $$ ;;
worker_killed_before) daemon; stand; act; answer ;;
worker_killed_after) daemon; act; stand; answer ;;
delay_before) stand; act; answer ;;
delay) act; stand; answer ;;
answer_twice) act; struck; answer; answer ;;
malformed) act; struck; echo '<html>{"done": ' ;;
broke_after) act; struck; exit 1 ;;
later_after) act; struck; exit 75 ;;
refused) struck; exit 78 ;;
hang_after) trap '' TERM; daemon; act; struck; sleep 600 ;;
close_early) exec >&- 2>&-; struck; act ;;
flood) act; struck; head -c 1100000 /dev/zero | tr '\0' x; answer ;;
leave_daemon) daemon; act; struck; answer ;;
esac
