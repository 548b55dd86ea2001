"""Every reason code of the bank in words: code, whether the IBAN must not be tried again (+), Italian, English.

Source: ISO 20022 external code sets ExternalStatusReason1Code and ExternalReturnReason1Code, as far as credit transfers
meet them. The words are for the payee: they say what to do, not what the bank calls it.
"""

REASON_TEXTS = """
AB01 -|Il bonifico è scaduto per un ritardo tecnico|The transfer expired because of a technical delay
AB02 -|Il bonifico è scaduto per un ritardo tecnico|The transfer expired because of a technical delay
AB03 -|Il bonifico non è stato regolato in tempo|The transfer was not settled in time
AB04 -|Il bonifico è stato interrotto per un errore tecnico|The transfer was stopped by a technical error
AB05 -|La banca del beneficiario non ha risposto in tempo|The payee's bank did not answer in time
AB06 -|Una banca intermediaria non ha risposto in tempo|A bank in between did not answer in time
AB07 -|Una banca non era collegata|A bank was not online
AB08 +|La banca del beneficiario non era collegata|The payee's bank was not online
AB09 -|Errore alla banca del beneficiario|An error at the payee's bank
AB10 -|Errore a una banca intermediaria|An error at a bank in between
AB11 -|La banca dell'ordinante non ha risposto in tempo|The paying bank did not answer in time
AC01 +|L'IBAN indicato non è corretto|The IBAN is not correct
AC02 -|Il conto del fondo indicato non è corretto|The fund's account number is not correct
AC03 +|L'IBAN del beneficiario non è valido|The payee's IBAN is not valid
AC04 +|Il conto corrente è chiuso|The account is closed
AC05 -|Il conto del fondo risulta chiuso|The fund's account is closed
AC06 +|Il conto corrente è bloccato|The account is blocked
AC07 +|Il conto del beneficiario è chiuso|The payee's account is closed
AC08 +|La filiale della banca non è valida|The bank's branch is not valid
AC09 +|La valuta del conto non è l'euro|The account is not kept in euro
AC10 -|La valuta del conto del fondo non è valida|The currency of the fund's account is not valid
AC11 +|La valuta del conto del beneficiario non è valida|The currency of the payee's account is not valid
AC12 -|Il tipo di conto del fondo non è ammesso|The kind of the fund's account is not allowed
AC13 -|Il tipo di conto dell'ordinante non è ammesso|The kind of the paying account is not allowed
AC14 +|Il conto del beneficiario non è di un tipo ammesso|The kind of the payee's account is not allowed
AC15 +|I dati del conto sono cambiati|The details of the account have changed
AC16 +|Il numero di carta non è valido|The card number is not valid
AEXR -|La richiesta era già scaduta|The request had already expired
AG01 +|Il conto non accetta bonifici|The account does not accept transfers
AG02 -|Il tipo di operazione non è ammesso|The operation is not allowed
AG03 -|La banca non tratta questo tipo di operazione|The bank does not handle this kind of operation
AG04 -|Il paese dell'ordinante non è valido|The payer's country is not valid
AG05 +|Il paese del beneficiario non è valido|The payee's country is not valid
AG06 -|Le istruzioni di pagamento non sono valide|The payment instructions are not valid
AG07 -|L'addebito non è riuscito|The debit was not successful
AG08 -|L'ordinante non era autorizzato|The payer was not authorised
AG09 -|Il pagamento non è arrivato|The payment was not received
AG10 -|Una banca è sospesa dal sistema di pagamento|A bank is suspended from the payment system
AG11 +|La banca del beneficiario è sospesa dal sistema|The payee's bank is suspended from the system
AG12 -|L'operazione non è ammessa: stesso conto|The operation is not allowed: the same account
AG13 -|Pagamento con bollettino richiesto|Payment through another channel is required
AGNT +|La banca indicata non è corretta|The bank is not correct
ALAC -|La richiesta era già stata accettata|The request had already been accepted
AM01 -|L'importo era zero|The amount was zero
AM02 -|L'importo supera il massimo ammesso|The amount is above what is allowed
AM03 -|La valuta non è ammessa|The currency is not allowed
AM04 -|Il conto del fondo non era capiente|The fund's account had no cover
AM05 +|La banca considera il bonifico un duplicato|The bank takes the transfer for a duplicate
AM06 -|L'importo è sotto il minimo della banca|The amount is below the bank's minimum
AM07 -|L'importo è bloccato|The amount is blocked
AM09 -|L'importo non è quello atteso|The amount is not the expected one
AM10 -|La somma di controllo del flusso non torna|The control sum of the file is wrong
AM11 -|La valuta dell'operazione non è valida|The currency of the operation is not valid
AM12 -|L'importo non è valido|The amount is not valid
AM13 -|L'importo supera il limite del sistema di pagamento|The amount is above the payment system's limit
AM14 -|L'importo supera il limite concordato|The amount is above the agreed limit
AM15 -|L'importo è sotto il minimo del sistema di pagamento|The amount is below the payment system's minimum
AM16 -|La somma di controllo del gruppo non torna|The control sum of the group is wrong
AM17 -|La somma di controllo del pagamento non torna|The control sum of the payment is wrong
AM18 -|Il numero di bonifici del flusso non torna|The number of transfers in the file is wrong
AM19 -|Il numero di bonifici del gruppo non torna|The number of transfers in the group is wrong
AM20 -|Il numero di bonifici del pagamento non torna|The number of transfers in the payment is wrong
AM21 -|L'importo supera il limite della banca|The amount is above the bank's limit
AM22 -|Una commissione zero non è ammessa|A charge of zero is not allowed
AM23 -|L'importo supera il limite del conto del fondo|The amount is above the limit of the fund's account
ARDT -|Il bonifico era già stato restituito|The transfer had already been returned
ATNS -|L'accesso non è ammesso|Access is not allowed
BE01 +|L'intestatario non corrisponde al conto|The holder does not match the account
BE04 +|I dati del beneficiario sono incompleti|The payee's details are incomplete
BE05 -|L'ordinante non è riconosciuto|The originator is not recognised
BE06 +|Il beneficiario non è conosciuto alla sua banca|The payee's bank does not know the payee
BE07 -|I dati dell'ordinante sono incompleti|The payer's details are incomplete
BE08 -|Errore della banca|An error of the bank
BE09 +|Il paese del beneficiario non è valido|The payee's country is not valid
BE10 -|Il paese dell'ordinante non è valido|The payer's country is not valid
BE11 +|Il paese di residenza del beneficiario non è valido|The payee's country of residence is not valid
BE12 -|Il paese di residenza dell'ordinante non è valido|The payer's country of residence is not valid
BE13 -|Il paese di nascita indicato non è valido|The country of birth is not valid
BE14 -|La provincia indicata non è valida|The province is not valid
BE15 +|Il codice identificativo del beneficiario non è valido|The payee's identification is not valid
BE16 -|Il codice identificativo dell'ordinante non è valido|The payer's identification is not valid
BE17 +|Il codice identificativo del beneficiario manca o è errato|The payee's identification is missing or wrong
BE18 -|I contatti indicati non sono validi|The contact details are not valid
BE19 -|La causale delle commissioni non è valida|The charge code is not valid
BE20 +|Il nome del beneficiario supera la lunghezza ammessa|The payee's name is too long
BE21 +|Il nome del beneficiario manca o non è valido|The payee's name is missing or not valid
BE22 +|Manca il nome del beneficiario|The payee's name is missing
BE23 +|Il riferimento del conto non è registrato|The alias of the account is not registered
BE24 +|Il nome indicato non corrisponde al conto|The name does not match the account
CERI -|Le informazioni aggiuntive non si possono trattare|The extended information cannot be handled
CH03 -|La data di esecuzione è troppo lontana|The execution date is too far ahead
CH04 -|La data di esecuzione è troppo passata|The execution date is too far in the past
CH07 -|Un dato non è ammesso in due punti del flusso|An element stands where it is not allowed twice
CH09 -|Le informazioni di accordo tra le banche non sono valide|The information agreed between the banks is not valid
CH10 -|Manca un dato nel gruppo o nel bonifico|An element of the group or the transfer is missing
CH11 +|Il codice identificativo del beneficiario non è corretto|The payee's identifier is not correct
CH12 -|Un dato del gruppo non è ammesso|An element is not allowed on this level
CH13 -|Un dato del bonifico non è ammesso|An element is not allowed in the transfer
CH14 -|Un dato del messaggio non è ammesso|An element is not allowed in the message
CH15 -|La causale supera la lunghezza ammessa|The remittance text is too long
CH16 -|Il contenuto di un campo non è corretto|The content of a field is not correct
CH17 -|Un campo non è ammesso|A field is not allowed
CH19 -|I bonifici del flusso sono troppi|The file has too many transfers
CH20 -|Troppe cifre decimali|Too many decimal places
CH21 -|Manca un dato obbligatorio del flusso|A required element of the file is missing
CH22 -|Manca un dato obbligatorio del bonifico|A required element of the transfer is missing
CNOR +|La banca del beneficiario non è raggiungibile|The payee's bank cannot be reached
CN01 -|Autorizzazione annullata|The authorisation was cancelled
CNPC -|Il contante non è stato ritirato|The cash was not collected
CURR -|La valuta del pagamento non è corretta|The currency of the payment is not correct
CUST -|L'ordinante ha chiesto l'annullamento|The payer asked for the cancellation
CVCY +|Il conto del beneficiario non è in euro|The payee's account is not kept in euro
CUTA -|Annullato dopo una richiesta di verifica|Cancelled after an inquiry
DC02 -|Il regolamento non è stato ricevuto|The settlement was not received
DNOR -|La banca del fondo non è registrata|The fund's bank is not registered
DS01 -|La firma elettronica è corretta|The electronic signature is correct
DS02 -|Un firmatario ha annullato il flusso|A signatory cancelled the file
DS03 -|Il flusso è stato annullato|The file was cancelled
DS04 -|Il flusso è stato respinto|The order was rejected
DS05 -|Il flusso è in attesa di firma|The order waits for a signature
DS06 -|Il flusso è stato trasferito|The order was transferred
DS07 -|Il flusso è stato revocato|The order was revoked
DS08 -|Il flusso non si può ricomporre|The order cannot be put together
DS09 -|Il flusso non è stato trasmesso|The order was not transmitted
DS0A -|La firma del flusso non è valida|The file's signature is not valid
DS0B -|Il certificato della firma non è valido|The certificate of the signature is not valid
DS0C -|Il certificato della firma è stato revocato|The certificate of the signature was revoked
DS0D -|La firma non è di una persona autorizzata|The signature is not of an authorised person
DS0E -|Il certificato della firma è scaduto|The certificate of the signature has expired
DS0F -|Il certificato della firma non è conosciuto|The certificate of the signature is not known
DS0G -|Il firmatario non è autorizzato a firmare|The signatory may not sign
DS0H -|Il firmatario non è autorizzato per questo conto|The signatory may not sign for this account
DS0K -|Un firmatario non è autorizzato per questo ordine|A signatory may not sign this order
DS10 -|Il firmatario non è autorizzato per questo conto|The signatory may not sign for this account
DS11 -|La firma è stata rifiutata|The signature was refused
DS12 -|La firma non era necessaria|The signature was not needed
DS13 -|Manca una firma|A signature is missing
DS14 -|Il firmatario non è conosciuto|The signatory is not known
DS15 -|Le regole di firma del conto sono cambiate|The account's rules for signatures have changed
DS16 -|Le firme non rispettano le regole del conto|The signatures do not follow the account's rules
DS17 -|La firma non è ammessa per questo ordine|The signature is not allowed for this order
DS18 -|La firma è di un gruppo non ammesso|The signature is of a group that is not allowed
DS19 -|L'ordine non si può firmare ora|The order cannot be signed now
DS20 -|L'ordine è stato annullato dalla banca|The bank cancelled the order
DS21 -|Il limite del firmatario è superato|The signatory's limit is exceeded
DS22 -|Il limite del conto è superato|The account's limit is exceeded
DS23 -|Il limite giornaliero è superato|The daily limit is exceeded
DS24 -|L'attesa della firma è scaduta|The wait for the signature has run out
DS25 -|La banca non ha trovato l'ordine|The bank did not find the order
DS26 -|L'utente non ha i diritti per questo ordine|The user has no rights for this order
DS27 -|L'ordine è in lavorazione|The order is being worked on
DT01 -|La data di esecuzione non è valida|The execution date is not valid
DT02 -|La data di creazione del flusso non è valida|The file's date of making is not valid
DT03 -|La data non è un giorno lavorativo|The date is not a working day
DT04 -|Una data futura non è ammessa|A future date is not allowed
DT05 -|La data è troppo vicina|The date is too near
DT06 -|La banca ha spostato la data di esecuzione|The bank has moved the execution date
DU01 -|Il riferimento del flusso è un duplicato|The file's reference is a duplicate
DU02 -|Il riferimento del gruppo è un duplicato|The group's reference is a duplicate
DU03 -|Il bonifico è un duplicato|The transfer is a duplicate
DU04 -|Il riferimento del bonifico è un duplicato|The transfer's reference is a duplicate
DU05 -|L'istruzione è un duplicato|The instruction is a duplicate
DUPL -|La banca considera il pagamento un duplicato|The bank takes the payment for a duplicate
ED01 -|Una banca corrispondente non è raggiungibile|A correspondent bank cannot be reached
ED03 -|La banca chiede il saldo del conto|The bank asks for the balance of the account
ED05 -|Il regolamento tra le banche non è riuscito|The settlement between the banks failed
ED06 -|Il sistema di regolamento non è disponibile|The settlement system is not available
EDTL -|Il limite ricorrente è superato|A recurring limit is exceeded
EDTR -|La data di scadenza è superata|The expiry date has passed
EMVL -|La carta non è valida|The card is not valid
ERIN -|Le informazioni aggiuntive non sono ammesse|The extended information is not supported
FF01 -|Il formato del flusso non è valido|The file's format is not valid
FF02 -|Il formato del testo non è valido|The format of the text is not valid
FF03 -|Il tipo di pagamento non è valido|The type of payment is not valid
FF04 -|Il livello di servizio non è valido|The service level is not valid
FF05 -|Lo strumento di pagamento non è valido|The payment instrument is not valid
FF06 -|La categoria di scopo non è valida|The category of purpose is not valid
FF07 -|Lo scopo del pagamento non è valido|The purpose of the payment is not valid
FF08 -|Il riferimento del bonifico manca o non è valido|The transfer's reference is missing or not valid
FF09 -|Il numero di assegno non è valido|The cheque number is not valid
FF10 -|Errore tecnico della banca|A technical error of the bank
FF11 -|La risposta della banca ha un formato non valido|The bank's answer has a format that is not valid
FOCR -|Restituito dopo una richiesta di annullamento|Returned after a request for cancellation
FR01 +|La banca sospetta una frode|The bank suspects a fraud
FRAD +|La banca sospetta una frode|The bank suspects a fraud
FRNA -|La banca non è responsabile per la frode|The bank is not liable for the fraud
FRTR -|Il mandato è già concluso|The final collection has been made
G000 -|Il bonifico è in corso con tracciatura|The transfer is on its way and traced
G001 -|Il bonifico è in corso senza tracciatura|The transfer is on its way and not traced
G002 -|Il bonifico è in verifica|The transfer is being looked at
G003 -|Mancano documenti per il bonifico|Documents are missing for the transfer
G004 -|Il bonifico attende la copertura|The transfer waits for cover
G005 -|Il bonifico è arrivato con tracciatura|The transfer has arrived and is traced
G006 -|Il bonifico è arrivato senza tracciatura|The transfer has arrived and is not traced
ID01 +|Il riferimento del conto non è collegato a un IBAN|The alias is not linked to an IBAN
IEDT -|La data di scadenza non è corretta|The expiry date is not correct
INAR -|Il tipo di movimento non è ammesso|The kind of entry is not allowed
INDM -|Il tipo di rimborso non è ammesso|The kind of refund is not allowed
IRNR -|La richiesta iniziale non è arrivata|The first request was never received
LBCS -|La banca chiude il conto|The bank is closing the account
LEGL -|La banca ha agito per una decisione dell'autorità|The bank followed a legal decision
MD01 -|Manca il mandato|There is no mandate
MD02 -|Il mandato è incompleto|The mandate is incomplete
MD05 -|L'addebito non era dovuto|The collection was not due
MD06 -|Il cliente ha chiesto il rimborso|The customer asked for the refund
MD07 +|L'intestatario del conto risulta deceduto|The account holder is deceased
MD08 -|La banca non fa questo servizio per il conto|The bank does not offer this service for the account
MD09 -|Il mandato non si può annullare|The mandate cannot be cancelled
MD15 -|L'importo del mandato non è corretto|The amount of the mandate is not correct
MD16 -|La serie di addebiti è finita|The sequence of collections has ended
MD17 -|Il tipo di sequenza non è corretto|The sequence type is not correct
MD20 -|Il mandato è scaduto|The mandate has expired
MD21 -|Il mandato è stato annullato dalla banca|The bank has cancelled the mandate
MD22 -|Il mandato è sospeso|The mandate is suspended
MS02 +|Il beneficiario ha rifiutato il bonifico|The payee refused the transfer
MS03 +|La banca ha rifiutato il bonifico senza indicare il motivo|The bank refused the transfer and gave no reason
NARR -|La banca ha spiegato il motivo a parte|The bank gives the reason in a text of its own
NAUT -|La banca non era autorizzata|The bank was not authorised
NERI -|Le informazioni di credito non sono ammesse|The credit information is not allowed
NOAR -|L'operazione non è tra quelle concordate|The operation is not part of an agreement
NOAS -|Il beneficiario non ha risposto alla banca|The payee did not answer the bank
NOCM -|Il conto del cliente non è in regola con la banca|The customer's account does not comply with the bank's rules
NOOR -|La banca non ha trovato il bonifico originario|The bank did not find the original transfer
NOPG -|La carta non si può usare|The card cannot be used
NRCH -|La persona indicata non è raggiungibile|The person named cannot be reached
PINS -|Il tipo di pagamento non è ammesso dal conto|The account does not allow this type of payment
PY01 +|La banca del beneficiario non è nella tabella del sistema|The payee's bank is not in the routing table
RC01 +|Il codice BIC della banca non è corretto|The bank's BIC is not correct
RC02 -|Il codice della banca non è corretto|The bank's identifier is not correct
RC03 -|Il codice della banca del fondo non è corretto|The identifier of the fund's bank is not correct
RC04 +|Il codice della banca del beneficiario non è corretto|The identifier of the payee's bank is not correct
RC05 -|Il BIC indicato non è corretto|The BIC is not correct
RC06 -|Il BIC della banca del fondo non è corretto|The BIC of the fund's bank is not correct
RC07 +|Il BIC della banca del beneficiario non è corretto|The BIC of the payee's bank is not correct
RC08 -|Il codice del sistema di pagamento non è corretto|The payment system's identifier is not correct
RC09 -|Il codice ABI della banca del fondo non è corretto|The clearing code of the fund's bank is not correct
RC10 +|Il codice ABI della banca del beneficiario non è corretto|The clearing code of the payee's bank is not correct
RC11 -|La banca intermediaria non è corretta|The bank in between is not correct
RC12 -|Manca il codice della banca|The bank's identifier is missing
RCON -|La banca riceve da più conti|The receiving bank has several accounts
RECI -|La banca chiede di controllare la richiesta|The bank asks to look at the request again
REFN -|Il rimborso è stato rifiutato|The refund was refused
REFT -|Il tipo di rimborso non è valido|The kind of refund is not valid
RF01 -|Il riferimento non è unico|The reference is not unique
RR01 -|Mancano i dati del conto dell'ordinante|The payer's account details are missing
RR02 -|Mancano nome o indirizzo dell'ordinante|The payer's name or address is missing
RR03 +|Mancano nome o indirizzo del beneficiario|The payee's name or address is missing
RR04 +|La banca ha respinto il bonifico per motivi normativi|The bank refused for regulatory reasons
RR05 -|Mancano le informazioni per l'autorità|The information for the authority is missing
RR06 -|Mancano le informazioni fiscali|The tax information is missing
RR07 -|La causale non è valida|The remittance information is not valid
RR08 -|Il numero della causale non è valido|The remittance number is not valid
RR09 -|La causale strutturata non è valida|The structured remittance is not valid
RR10 -|Il flusso contiene caratteri non ammessi|The file has characters that are not allowed
RR11 -|Il servizio della banca dell'ordinante non è valido|The payer's bank does not offer the service
RR12 +|Manca il codice identificativo del beneficiario|The payee's identification is missing
RUTA -|Restituito dopo una richiesta di verifica|Returned after an inquiry
S000 -|La richiesta di annullamento è stata inoltrata|The request for cancellation was passed on
S001 -|La richiesta di annullamento attende una risposta|The request for cancellation waits for an answer
SBRN -|La filiale è sospesa|The branch is suspended
SL01 -|La banca dell'ordinante ha posto un limite|The paying bank has set a limit
SL02 +|La banca del beneficiario ha posto un limite|The payee's bank has set a limit
SL03 -|Servizio del sistema di pagamento|A service of the payment system
SL11 +|Il beneficiario non è nell'elenco ammesso|The payee is not on the list of those allowed
SL12 +|Il beneficiario è nell'elenco di quelli esclusi|The payee is on the list of those excluded
SL13 -|Il numero massimo di operazioni è superato|The greatest number of operations is exceeded
SL14 -|L'importo massimo delle operazioni è superato|The greatest amount of operations is exceeded
SNRD -|Il servizio non è stato reso|The service was not rendered
SP01 -|Il pagamento è sospeso|The payment is stopped
SP02 -|Il pagamento è sospeso in anticipo|The payment was stopped beforehand
SVNR -|Il servizio non è stato reso|The service was not rendered
TA01 -|La trasmissione del flusso è stata interrotta|The file's transmission was broken off
TD01 -|Il flusso non contiene dati|The file holds no data
TD02 -|Il flusso non è leggibile|The file cannot be read
TD03 -|La struttura del flusso non è valida|The file's structure is not valid
TECH -|Un problema tecnico ha fermato il bonifico|A technical problem stopped the transfer
TK01 -|Il token non è valido|The token is not valid
TK02 -|Il mittente del token non è conosciuto|The sender of the token is not known
TK03 -|Il destinatario del token non è conosciuto|The receiver of the token is not known
TK09 -|Manca il token|The token is missing
TKCM -|I dati del token non corrispondono|The details of the token do not match
TKSG -|Il token è bloccato|The token is blocked
TKSP -|Il token è sospeso|The token is suspended
TKVE -|Il token è scaduto|The token has expired
TKXP -|Il token è scaduto|The token has expired
TM01 -|Il flusso è arrivato dopo l'orario limite|The file came after the cut-off time
TS01 -|La trasmissione è riuscita|The transmission succeeded
TS04 -|Il flusso è stato rimandato alla firma|The order went back to be signed
UCRD -|Il credito non è riconosciuto|The credit is not recognised
UPAY -|Il pagamento non era dovuto|The payment was not due
"""
