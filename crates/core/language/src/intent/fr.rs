//! French.

use super::{Intent, context::Role};
use crate::pattern::Row;

pub(super) const ROWS: &[Row<Intent>] = &[
    (
        Intent::LegalThreat,
        90,
        "avocat*, justice, tribunal*, porter plainte, porte plainte, plainte, \
         action* ~ justice|judiciaire*|legale*, voie* ~ legale*|judiciaire*, \
         repression des fraudes, dgccrf, 60 millions, ufc, police, gendarmerie, \
         mise en demeure, mediateur*, juridique*, huissier*, conciliateur*, \
         association de consommateurs, tribunal, porterai plainte, recours, signal conso, \
         signaler ~ autorités|fraudes, défenseur, action collective, assignation, avocate, \
         judiciaire*, poursuites, vous poursuivre, poursuivre en justice",
    ),
    (
        Intent::ChargebackThreat,
        85,
        "chargeback*, opposition, litige* ~ paypal|banque|bancaire|carte|ouvrir|klarna, \
         ouvr* ~ litige|dossier|reclamation ~ paypal|banque, ouvr* ~ litige, \
         contest* ~ paiement|banque|transaction|carte|prelevement|achat, retrofacturation, \
         rejet* ~ prelevement|paiement, banque ~ annul*|rejet*|oppos*|rembours*|contest*, \
         annul* ~ prélèvement|paiement|débit, fais|ferai|faire opposition, \
         visa|mastercard|amex|paypal ~ rembours*|litige|réclamation|contest*, \
         réclamation ~ paypal|banque|klarna, bloque* ~ paiement|carte, \
         récupérer ~ argent ~ banque|paypal",
    ),
    (
        Intent::NotReceived,
        60,
        "pas|jamais|rien|aucun ~ recu|reçu|arrive|arrivé|livre|livré|eu|recus|reçue|recue|arrivée|arrivés|parvenu|recevoir, \
         n ai ~ pas|rien|jamais|toujours ~ recu|reçu|eu|vu, \
         marqué|indique|indiqué|note|noté|dit|statut|affiche ~ livré|livre|livrée|remis|distribué, \
         livré ~ mais|alors|or|pourtant, livre mais, \
         colis|commande|paquet ~ perdu|perdue|disparu|volé|introuvable|égaré|manquant, \
         rien ~ boite|boîte|recu|reçu|arrive, toujours rien, \
         toujours pas ~ là|la|arrivé|reçu|recu, pas là, aucun* ~ colis|livraison|nouvelle, \
         pas ~ été livré*, jamais ~ arrivé*|vu|venu, colis|carton|boîte|boite|paquet ~ vide, \
         boîte|boite vide, jamais ~ vu|reçu|arrivé|livré|eu|la couleur, \
         pas encore ~ reçu|recu|arrivé|livré|eu, toujours pas ~ mon|ma|de, \
         rien ~ eu|vu|venu|livré, n est ~ jamais|pas ~ arrivé*, introuvable, s est ~ perdu*, \
         livreur ~ pas|jamais|faux, est pas arrivé*, ne ~ parvenu*, \
         pas ~ le colis|paquet|ma commande, pas le colis, a signé, signature ~ pas, \
         livreur ~ menti|jamais, facteur ~ pas|jamais|rien, personne ~ sonné|passé|venu, volé, \
         volés, pas ~ parvenu*, main propre, remis ~ à|en ~ main|quelqu|voisin, \
         personne à la maison, pas chez moi, pas à la maison, étais ~ travail|absent*, qui l a, \
         qui a ~ signé|pris|mon colis, livré ~ mauvais*|voisin|ailleurs|autre, \
         déposé ~ mais|rien|nulle|pas, soi disant ~ livré|déposé|remis, prétendument, \
         trouve ~ pas ~ colis|paquet, nulle part, gardien ~ rien|pas, jamais vu la couleur, \
         personne ~ a|ont|ai|la|l ~ colis|paquet|reçu|vu, personne ici",
    ),
    (
        Intent::Damaged,
        60,
        "cassé, cassés, cassées, casse!, brisé*, abîmé*, endommagé*, déchiré*, fissuré*, fêlé, \
         fêlés, rayé, rayés, rayure*, ecrasé*, écrasé*, en mille morceaux, en morceaux, \
         en miettes, explosé*, cabossé*, trou ~ dans|sur, \
         un|une trou|fissure|fêlure|bosse|rayure, tordu*, mouillé*, ébréché*, pété, pétés, \
         détruit*, renversé*, coulé, endommag*, abîm*, fêlure, déform*, en mauvais état, \
         tâché*, taché*, percé*, trempé*, humide, choc, en deux, pliée|plié, \
         en ~ morceaux|deux|pièces|miettes|éclats, mauvais état, \
         carton ~ ouvert|éventré|déchiré|écrasé, éventré*, éclaté*, fendu*, cassure, en vrac, \
         déballé* ~~ cassé*|fendu*|abîmé*|brisé*, déballant ~~ cassé*|fendu*|abîmé*|brisé*, \
         ouvert ~~ cassé*|abîmé*|brisé*, mal emballé*, coin ~ cassé|abîmé|plié|enfoncé, \
         enfoncé*, éclats, griffé*, moisi*, fondu*, souillé*, arraché*, écaillé*, trou!",
    ),
    (
        Intent::WrongItem,
        60,
        "mauvais* ~ article*|produit*|taille*|couleur*|colis|modèle|commande|pointure|référence|coloris, \
         pas ~ bon|bonne|bons|bonnes ~ article|produit|taille|couleur|modèle|pointure|commande|coloris|référence, \
         pas ce que j ai commandé, \
         erreur ~ article|commande|taille|couleur|colis|produit|envoi|préparation, \
         ai|avais|avons commandé ~ et|mais ~ reçu|recu|envoyé|arrivé, il ~ manque*, \
         manque* ~ article|pièce|dans|un|une|vis|des|le|la, manquant*, incomplet*, incomplète, \
         colis de quelqu, trompé* ~ article|taille|couleur|colis|produit, ne correspond*, \
         pas conforme, pas ~ ce que ~ commandé|voulais|demandé, pas ~ ce qu ~ commandé, \
         autre ~ article|produit|modèle|chose|couleur|taille, autre chose, rien à voir, \
         inversé*, erreur de, pas ~ la bonne|le bon|les bons|les bonnes, pas complet*, \
         un seul|une seule ~ sur|au lieu|dans, confusion, mélangé*, interverti*, \
         payé ~~ là|mais|c est|reçu, clairement ~ pas|la|le, \
         différent ~ photo|description|site|commandé, ne ressemble, pas comme sur, \
         oublié ~ mettre|inclure|article, deux ~ gauche|droit, pas dans le ~ colis|carton, \
         une partie ~ commande|manque, nom de quelqu un, au nom de quelqu|autre, autre nom, \
         pour quelqu un d autre",
    ),
    (Intent::WrongItem, 25, "manque"),
    (
        Intent::WrongItem,
        58,
        "commandé*|voulais|pris|choisi ~~ noir*|blanc*|gris*|beige|marron|bleu*|rouge|vert*|jaune|rose ~~ noir*|blanc*|gris*|beige|marron|bleu*|rouge|vert*|jaune|rose, \
         noir*|blanc*|gris*|beige|marron|bleu*|rouge|vert*|jaune|rose ~~ commandé*|voulais|pris|choisi ~~ noir*|blanc*|gris*|beige|marron|bleu*|rouge|vert*|jaune|rose, \
         commandé*|voulais|pris|choisi ~~ xs|s!|m!|l!|xl|xxl|36|37|38|39|40|41|42|43|44|45|46 ~~ xs|s!|m!|l!|xl|xxl|36|37|38|39|40|41|42|43|44|45|46, \
         est pas ~ à moi, pas le mien|la mienne, contenu ~ non|pas|différent",
    ),
    (
        Intent::WrongItem,
        57,
        "envoyé|reçu|livré ~~ voulais|demandé|souhaitais, envoyé|livré|reçu ~~ payé",
    ),
    (Intent::WrongItem, 40, "au lieu, à la place"),
    (
        Intent::Defective,
        58,
        "ne ~ fonctionne|marche|marchent|fonctionnent|charge|allume|démarre|s|chauffe ~ pas|plus, \
         fonctionne|marche|marchent|fonctionnent|charge|allume|démarre pas|plus, défectueu*, \
         défaut*, en panne, panne, hors service, hs!, tombé* en panne, dysfonction*, lâché, \
         marche pas, bug*, ne s ~ allume|éteint|recharge, plus du tout, vice caché, grillé*, \
         ne marche ~ plus|pas, ne fonctionne ~ plus|pas, ne s allume ~ plus|pas, \
         ne s ~ pas|plus, s éteint, s arrête, cassé au bout, \
         au bout ~ jours|semaine|semaines|mois ~ cassé|lâché|panne|marche|fonctionne, \
         ne ~ tient ~ pas|plus, mort!, morte!, plus ~ de son|d image, \
         garantie ~ panne|jouer|marche, faire jouer la garantie, se coupe, \
         s éteint ~ toute|tout ~ seule|seul, toute seule, tout seul, \
         ne tient ~ pas|plus ~ charge, batterie ~ vide|morte|tient|faible, surchauffe, \
         chauffe ~ trop|pas, grésille, clignote, couture* ~ lâch*|ouvert*|défait*, \
         semelle* ~ décoll*, se décolle, décollé*, se détache*, bloqué ~ bouton|mécanisme, \
         fuit!, fuite, message d erreur, ne ferme ~ pas|plus, ne s ouvre, ne démarre, \
         ne charge, bruit bizarre, problème ~ fonctionnement|technique, tombe en panne, \
         ne répond plus, que d un côté, un seul côté",
    ),
    (
        Intent::CancelOrder,
        60,
        "annul*, rétract*, commandé ~ erreur|deux|double, par erreur, double commande, \
         changé d avis, arrêter ~ commande, stopper ~ commande, renonce*, plus besoin, \
         resilier, supprimer ~ commande, n envoyez pas|plus|rien, n envoie* pas|plus, \
         n expédiez pas|plus, ne ~ expédiez|expediez ~ pas, ne veux plus, n en veux plus, \
         commandé ~ deux fois|double, droit de rétractation, annulation, \
         revenir sur ~ achat|commande, trop tard pour ~ annuler|revenir|changer|arrêter, \
         stopper, arrêter l envoi, avant ~ expédi* ~ annul*|stop*, ne l envoyez, \
         plus ~ besoin|envie, enlever ~ commande, commande ~ double|doublon|erreur, doublon, \
         me rétracter, laisser tomber",
    ),
    (Intent::CancelOrder, 25, "en double, sans faire exprès"),
    (
        Intent::ChangeAddress,
        62,
        "adresse* ~ erron*|fausse|incorrect*|changer|changé|modifi*|erreur|mauvaise|corriger|ancienne|nouvelle|trompé*, \
         changer|modifi*|corriger|changement|mauvaise|nouvelle|ancienne|autre|erreur|rectifier|trompé* ~ adresse*, \
         déménag*, numéro de rue, code postal ~ faux|erron*|erreur, \
         livrer ~ autre|travail|bureau|voisin|ailleurs, point relais, \
         trompé* ~ rue|numéro|code, adresse ~ trompé*|pas|plus|bonne, plus à cette adresse, \
         plus ~ la bonne adresse, n habite plus, habite ~ maintenant|désormais, \
         changé d adresse, coquille ~ adresse, mauvais ~ numéro|code postal|rue, rediriger, \
         envoyer ~ autre|nouvelle|travail|bureau, mauvaise ~ adresse|rue|ville, \
         ancienne ~ adresse, autre ~ adresse, livrer ailleurs, expédier ailleurs, \
         remplissage automatique, code postal, oublié ~ numéro|appartement|bâtiment|étage, \
         coordonnées ~ livraison",
    ),
    (
        Intent::ChangeAddress,
        63,
        "livrer|envoyer|expédier|livré|livrez ~~ bureau|travail|boulot|voisin*|parents|relais, \
         au bureau|travail|boulot ~~ livrer|envoyer",
    ),
    (
        Intent::ReturnWish,
        50,
        "retourn*, renvoy*, renvoie*, retour*, étiquette* ~ retour, échang*, bon de retour, \
         rendre ~ article|produit|robe|commande|chaussures|le|la|les, \
         trop petit*|grand*|serré*|large*|court*|long*|juste*, ne ~ va|vont|convient pas, \
         me va pas, ne me ~ va|vont|plaît|plait|convient, pas à ma taille, renvoi, \
         procédure de retour, retourner, faire un retour, faire un échange, autre taille, \
         plus petit*|grand*, taille ~ dessus|dessous, pas ma taille, \
         trop ~ petit*|grand*|serré*|large*|court*|long*, ne me plaît pas, \
         pas ~ convient|convenir, me serre*, rendre, pas pour moi, \
         ne correspond pas à mes attentes, frais de retour, délai de retour, droit de retour, \
         essayé* ~ trop|pas, trop ~~ petit*|grand*|serré*|large*|court*|long*|étroit*, \
         changer ~ taille|couleur|pointure, prendre ~ taille ~ dessus|dessous",
    ),
    (
        Intent::ReturnWish,
        62,
        "comment|procédure ~~ renvoyer|retourner|rendre|échanger|retour, \
         renvoyer|retourner|rendre|échanger|retour ~~ comment|procédure",
    ),
    (
        Intent::RefundWish,
        48,
        "rembours*, argent ~ retour|rendre|rendu|récupérer, \
         récupér* ~ argent|sous|thune|fric|somme, rend* ~ argent|sous|thune, mon argent, \
         avoir ~ sur ma carte, dédommag*, rend* moi ~ argent|sous, indemnis*, geste commercial, \
         recredit*, mes sous, compensation, rendre ~ argent, récupérer ~ argent, restitu*, \
         recréditer, avoir mon argent, sous ~ retour|rendre, remboursez moi, me rembourser, \
         mon fric, exige ~ rembours*|argent, remboursée, le fric, la thune, \
         où ~ argent|sous|remboursement, remboursement intégral|total|partiel, \
         ce que j ai payé, vous me devez",
    ),
    (
        Intent::RefundWish,
        58,
        "renvoyé, retourné, ai renvoyé, ai retourné, déjà renvoyé|retourné, quand ~ rembours*, \
         toujours pas ~ rembours*|argent, pas encore ~ rembours*, \
         rembours* ~ quand|toujours|effectué|fait|confirmer|où|ou|traité, attends ~ rembours*, \
         attend ~ rembours*, où ~ rembours*|argent",
    ),
    (
        Intent::RefundWish,
        56,
        "argent|sous|fric|remboursement ~ pas|toujours|jamais|rien|où|quand|aucun, \
         pas|toujours|jamais|rien|où|quand|aucun ~ argent|sous|fric|remboursement",
    ),
    (
        Intent::WhereIsMyOrder,
        50,
        "où|ou ~ en est|est|sont|reste ~ commande|colis|paquet|livraison|chaussures|article*|robe|lampe|achat, \
         où|ou est|en est, \
         quand ~ livr*|arrive*|reçois|recevoir|recevrai|expédi*|colis|commande|part|vais, \
         suivi*, numéro de suivi, statut ~ commande|livraison|colis, délai*, \
         toujours ~ expédi*|préparation|transit|attente|cours, j attends, j attend, \
         attends ~ depuis|toujours|mon|ma|encore, en attente ~ colis|commande|livraison|depuis, \
         des nouvelles, retard*, bloqué* ~ depuis|à|chez|en|dans, expédi* ~ quand|déjà|est, \
         pas encore ~ expédi*|parti*|envoyé*, combien de temps, \
         est ~ partie|parti|expédiée|expédié, date de livraison, n avance|bouge|évolue, \
         devait ~ arriver|être, est où, est ou, \
         où|ou ~ mon|ma|mes colis|commande|paquet|livraison, c est quand, pour quand, \
         c est pour quand, en est ~ commande|colis|livraison, \
         quand ~ aurai|vais|arriver*|livré*|livraison|expédié*, ça vient, arrive quand, \
         est expédiée, expédié*, toujours en, en cours de, n a pas bougé, ne bouge ~ pas|plus, \
         bouge pas, livraison prévue, date ~ livraison|expédition, que se passe*, \
         combien de ~ temps|jours, est ce que ~ parti*|envoyé*|expédié*, \
         toujours pas ~ expédi*|parti*|envoyé*, prévu* ~ livraison|arrivée, en préparation, \
         préparation, quelqu un s en occupe, s en occupe, ça avance, on en est où, \
         jours ~ attends|attente|passés, depuis ~ jours|semaines ~ attend|attends|rien, \
         part quand, envoyé quand, arrive ~ quand, arrivera, relanc*, \
         devait ~~ là|arriver|être livré*|livré*, aurait dû ~ arriver|être, \
         censé* ~ arriver|être, pour le week end, avant ~ noël|vendredi|week end|anniversaire, \
         anniversaire ~ temps|avant|arriver, promis* ~ livraison|pour|délai, des nouvelles de, \
         prendre des nouvelles, savoir ~ où|ou|quand, toujours aucune nouvelle, c est long, \
         prend ~ temps|longtemps, douane, retardé*, sans nouvelles ~ commande|colis, \
         en livraison, où|ou ~ trouve ~ colis|commande, \
         toujours|encore ~ traitement|préparation|cours",
    ),
    (Intent::WhereIsMyOrder, 25, "attente, expédition, quand"),
    (
        Intent::WhereIsMyOrder,
        40,
        "lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche ~~ lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche",
    ),
    (
        Intent::InvoiceOrReceipt,
        58,
        "factur*, justificatif*, ticket de caisse, reçu d achat, reçu de paiement, \
         preuve d achat, tva, comptab*, note de frais, reçu pour, un reçu, justifier, \
         pour ~ impôts|compta, facturation, justificatif, au nom de ~ société|entreprise, \
         impôts, note ~ frais, preuve de paiement, déclaration, bon de commande",
    ),
    (
        Intent::DiscountWish,
        55,
        "réduction*, code* promo*, promo*, remise*, rabais*, bon d achat, bon de réduction, \
         ristourne*, coupon*, code ~ marche|fonctionne|valide|accepté|refusé, moins cher, \
         soldes, prix ~ baissé|plus bas|ami, parrainage, bons plans, baisse de prix, \
         meilleur prix, première commande, négocier, faire un prix, petit prix, oublié ~ code, \
         frais de port offerts, livraison gratuite, lendemain ~ soldé|moins, -10, en solde",
    ),
    (
        Intent::DiscountWish,
        25,
        "prix, tarif, offre*, un geste, code, bon!, avantage*, fidélité",
    ),
    (
        Intent::DiscountWish,
        70,
        "code|coupon|bon ~ promo|réduction ~ pas|plus|refusé|invalide|expiré, \
         code ~ ne|pas|refusé|invalide|expiré ~ fonctionne|marche|passe|accepté|valide",
    ),
    (
        Intent::SizeOrProductQuestion,
        45,
        "quelle taille*|pointure*, guide des tailles, \
         taille* ~ grand|petit|normalement|choisir|prendre|conseill*|disponible|normal, \
         disponib*, en stock, réassort*, de retour en stock, en quelle matière, matière*, \
         composition, étanche*, imperméable, lavable, lave vaisselle, machine ~ laver, \
         passe ~ machine|lave, compatible*, dimensions, mesure*, \
         quelle ~ hauteur|largeur|longueur|couleur|différence, convient ~ pour|à|aux|il|elle, \
         avez vous ~ en|ce|cette|la|le|des, vendez vous, différence entre, vegan, cuir, \
         existe*, garantie, combien ~ pèse|mesure|fait, taille t il, piles, \
         est ce que ~ existe|avez|peut|convient|lavable, une question ~ sur|concernant, \
         question ~ produit|article, en quoi, quelle ~ taille|pointure|couleur|matière, \
         quelles ~ tailles|couleurs|dimensions, quels ~ coloris|tailles, conseil*, notice, \
         mode d emploi, livrez vous ~ en|à, vous livrez ~ en|à, peut on|elle|il, \
         puis je ~ laver|utiliser|mettre|porter, c est du, contient, sera ~ disponible|stock, \
         taille ~ comment|bien|plutôt|correctement, encore ~ en stock|disponible, coton|laine, \
         fonctionne ~ avec|sur, chausse*, étroit, pied large, pieds larges, \
         taille ~ petit|grand|large|normalement, coupe, \
         quel ~ poids|matériau|tissu|modèle|diamètre, convient ~ enfants|bébé|peau|chien, \
         allergi*, ingrédients, autonomie, prise ~ type|usb|secteur, usb, livrez vous, \
         en belgique|suisse, emballage cadeau, fabriqué* ~ où|en|france, montage, \
         existe ~ en|autre, chaud, tient chaud, que contient",
    ),
    (
        Intent::SizeOrProductQuestion,
        62,
        "avant ~ acheter|commander|achat|d acheter, question ~ produit|article|taille|matière, \
         j hésite ~ entre|sur|taille, intéressé* par, je pense acheter, renseignement*, \
         quelle ~ différence, différence entre",
    ),
    (
        Intent::SizeOrProductQuestion,
        30,
        "me dire si, savoir si, est ce que, sauriez vous si, s il|elle est",
    ),
    (
        Intent::Complaint,
        24,
        "inadmissible*, inacceptable*, scandal*, honte*, déçu*, décevant*, déception, arnaque*, \
         voleur*, escroc*, nul*, lamentable*, catastroph*, mécontent*, furieu*, en colère, \
         plus jamais, aucune réponse, pas de réponse, sans réponse, personne ~ répond, \
         réclamation, me plaindre, ras le bol, marre, mauvais ~ service|expérience|qualité, \
         service client ~ nul|inexistant|mauvais|horrible|déplorable, déplorable*, bordel, \
         insatisfait*, pitoyable, pire, agacé*, énervé*, ridicule, dégoûté*, \
         répond* ~ jamais|pas, répondez, se moque*, moquez, foutage, foutez, fout*, \
         mauvaise ~ expérience|qualité, très mauvais*, incompétent*, aucun ~ retour|réponse, \
         injoignable*, pas sérieux, menteur*, mensonge*, je suis ~ furieu*|en colère|déçu*, \
         c est ~ pas normal|abusé|inadmissible, pas normal, abus*, merde, avis négatif, \
         une étoile, inexistant*, pas ~ satisfait*|contente|content, n importe quoi, \
         zéro|aucune|pas ~ réponse|retour|nouvelles, traite* ~ clients|client|gens, \
         mails ~ sans réponse|zéro|ignorés|rien, ignoré*, \
         à bout, patience, baladé*, mené en bateau, assez de vous, en ai assez, j en peux plus, \
         incroyable, à fuir, fuyez, jamais vu ça, baratin, comme ça",
    ),
    (
        Intent::Thanks,
        8,
        "merci*, remerci*, mercii, parfait, super service|rapide|merci, génial, nickel, \
         bien reçu, au top, très ~ contente|content|satisfait|satisfaite, impeccable, bravo, \
         ravi*, super, magnifique, adore, top!, content*, satisfait*, rapide, excellent*, \
         formidable, c est parfait, tenais à vous remercier, cinq étoiles, beau travail, \
         bon service, belle, très bien",
    ),
    (
        Intent::WhereIsMyOrder,
        60,
        "où est|sont|en|se ~ commande|colis|paquet|livraison|trouve|passé|passée|est, \
         est où|ou mon|ma|le|la|maintenant, \
         quand ~ arrive*|sera|seront|vais|reçois|recevrai|aurai|pensez ~ livré*|recevoir|commande|colis|là|paquet|mon|ma, \
         a ~ elle|il ~ été|déjà ~ expédi*|envoyé*, avez vous ~ expédié|envoyé, \
         est ~ déjà|bien|vraiment|elle|il ~ parti*|expédi*|envoyé*, \
         des nouvelles ~ de|du ~ colis|commande|paquet|livraison, plus rien ~ bouge|depuis, \
         n ~ bouge|bougé|avance ~ plus|pas, aucun mouvement, \
         où ~ ça|vous|on ~ en ~ est|êtes|sommes, \
         numéro|lien|code de suivi ~ pas|jamais|reconnu|fonctionne|valide|merci|svp|erreur, \
         envoyer|envoyez|donner|donnez ~ numéro|lien|code de suivi, \
         page de suivi ~ erreur|affiche|bouge|indique|rien|montre, \
         suivi ~ bloqué|erreur|pas|plus|bouge, encore ~ entrepôt|dépôt, \
         est ce|c est ~ normal ~~ long|longtemps|temps|délai, ce qui ~ bloque|retient|se passe, \
         date ~ de|livraison ~ prévue|livraison, livraison prévue, \
         sera ~ là|livré* ~ temps|avant, \
         arriver* ~ temps|avant ~ samedi|vendredi|vacances|départ|anniversaire|le, \
         recevrai ~ avant|temps, étiquette créée, remis au transporteur, pris en charge par, \
         m avez ~ oublié*, oublié* ~ ma commande|mon colis, \
         chance|chances ~~ arrive|là|temps|reçoive",
    ),
    (
        Intent::SizeOrProductQuestion,
        74,
        "où ~ fabriqué*|produit!|confectionné*",
    ),
    (
        Intent::WantsPerson,
        74,
        "vrai*|vraie personne|conseiller|conseillère|humain|interlocuteur|agent, être humain, \
         un humain, pas ~ robot|bot|machine|ordinateur, \
         plus de|pas de ~ réponse* automatique*|type*, parler ~ responsable|supérieur|directeur, \
         passez moi, passer un responsable",
    ),
    (
        Intent::WhereIsMyOrder,
        56,
        "problème*|souci* ~ livraison*|envoi|acheminement, retard* ~ livraison*, \
         relancer ~ transporteur|livreur, allers retours, devait ~ être|arriver ~ hier|livré*",
    ),
    (
        Intent::NotReceived,
        62,
        "manque toujours|encore, manque ~ à l appel",
    ),
];

pub(super) const CONTEXT: &[Row<Role>] = &[
    (Role::Not, 1, "ne, n, pas, sans, aucun*, non"),
    (
        Role::Wish,
        1,
        "veux, voudrais, souhait*, demand*, besoin, merci, prie, svp, veut, désir*, envie, \
         cherch*, voulais",
    ),
    (
        Role::Stop,
        1,
        "n!, surtout pas, plutôt qu un, au lieu d un, pas d, pas de",
    ),
    (
        Role::Got,
        1,
        "reçu*, recu*, eu, arrivé*, pourquoi, toujours, encore, vu, obtenu, été",
    ),
    (
        Role::Goods,
        1,
        "colis, commande*, paquet, article*, livraison, produit*, marchandise",
    ),
    (
        Role::Else,
        1,
        "réponse*, répondu, nouvelles, compte, carte, relevé, banque, argent, sous, fric, \
         remboursement",
    ),
    (
        Role::Page,
        1,
        "formulaire, lien!, page!, connexion, internet, site!, page d'erreur, page de suivi, \
         l'appli, appli, application, lien de suivi, suivi!, chat!, navigateur",
    ),
    (Role::Joint, 1, "et!, mais!, donc!, car!"),
    (
        Role::Unreal,
        1,
        "espère ~~ pas|rien, espérons ~~ pas|rien, espérant ~~ pas|rien, dommage si|que, \
         peur ~ que|qu, crains ~ que|qu, inquiet|inquiète ~ que|qu, au cas où, \
         et si ~ arrive|jamais, pourvu que|qu",
    ),
    (
        Role::Own,
        1,
        "me suis ~ trompé*, nous sommes trompés, suis trompé*, \
         j ai ~ mis|choisi|pris|sélectionné|cliqué ~ mauvais*, mon erreur|ma faute, \
         trouvé ~ autre, manque ~ chiffre|numéro|lettre",
    ),
    (Role::Trail, 1, "suivi!, suivre, traçage"),
];
