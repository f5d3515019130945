# A command that acts on the world: it writes one line per payment into a ledger, which is read by nobody else.
read -r args
echo "paid $args" >> ledger
echo '{"paid": true}'
